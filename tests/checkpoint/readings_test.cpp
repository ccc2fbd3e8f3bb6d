// Every golden checkpoint is read as it was when scripts/golden/readings.py last wrote its table: a
// change that reads some file otherwise has to change the table, where a reader sees it.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "arcadecam/nn/engine.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

nlohmann::json readings() {
  const auto bytes = read_file(test::golden_dir() / "agents/readings.json", 1U << 20U);
  return nlohmann::json::parse(bytes.begin(), bytes.end());
}

std::vector<float> weights_of(const nn::Graph& graph) {
  const auto engine = nn::make_engine("cpu", std::make_shared<const nn::Graph>(graph));
  const auto known = test::GoldenArrays("checkpoints/known_input.npz").get<std::uint8_t>("x");
  const ByteTensorView first(known.data(), graph.shape(0).batch_of(1));
  nn::Tape tape;
  engine->forward(first, {}, tape);
  return {tape.output().values().begin(), tape.output().values().end()};
}

std::string text_of(const nlohmann::json& value) {
  return value.is_null() ? "" : value.get<std::string>();
}

TEST(Readings, EveryGoldenCheckpointIsReadAsTheTableSays) {
  const nlohmann::json table = readings();
  for (const auto& [file, row] : table.items()) {
    const Checkpoint checkpoint = load(test::golden_dir() / file);
    EXPECT_EQ(checkpoint.convention, row["convention"]) << file;
    EXPECT_EQ(checkpoint.algorithm.value_or(""), text_of(row["algorithm"])) << file;
    EXPECT_EQ(checkpoint.protocol.value_or(""), text_of(row["protocol"])) << file;
    EXPECT_EQ(checkpoint.graph.actions(), row["actions"]) << file;
    EXPECT_EQ(checkpoint.graph.parameter_count(), row["parameters"]) << file;
    if (!row.contains("values")) continue;
    const auto expected = row["values"].get<std::vector<float>>();
    EXPECT_LT(test::relative_difference(weights_of(checkpoint.graph), expected), 1e-4) << file;
  }
}

// What can be read is in the table; what cannot needs an option that says what it is.
TEST(Readings, EveryAgentIsInTheTable) {
  const nlohmann::json table = readings();
  for (const auto& entry : std::filesystem::directory_iterator(test::golden_dir() / "agents")) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".npz") || name.ends_with(".json") || table.contains("agents/" + name))
      continue;
    EXPECT_THROW(load(entry.path()), Error) << name;
  }
}

}  // namespace
}  // namespace arcadecam::checkpoint
