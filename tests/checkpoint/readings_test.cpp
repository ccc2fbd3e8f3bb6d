// Every golden checkpoint is read as it was when scripts/golden/readings.py last wrote its table: a
// change that reads some file otherwise has to change the table, where a reader sees it.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
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

// Nothing that was read before is read otherwise now, but for what is named here, with its reason.
TEST(Readings, WhatIsReadOtherwiseThanBeforeIsNamedHere) {
  const std::map<std::string, std::string> read_otherwise{
      {"agents/sb3_maskable.zip", "the algorithm by its name, not by a nearby one's"},
      {"agents/sb3_trpo.zip", "the same"},
      {"agents/sb3_separate.zip", "PPO's and A2C's policies look alike: the file cannot tell"},
      {"checkpoints/sb3_ppo.zip", "the same"},
      {"agents/wrapped_compiled.pt", "CleanRL's network below what torch.compile wraps around it"},
      {"agents/wrapped_lightning.ckpt", "CleanRL's network below what Lightning wraps around it"},
  };
  const nlohmann::json table = readings();
  for (const auto& [file, row] : table.items()) {
    EXPECT_EQ(row.contains("was"), read_otherwise.contains(file)) << file;
    if (!row.contains("was")) continue;
    for (const auto& [field, value] : row["was"].items()) EXPECT_NE(value, row[field]) << file;
    EXPECT_FALSE(row["was"].contains("values")) << file << ": the network itself is another";
  }
  for (const auto& [file, reason] : read_otherwise) EXPECT_TRUE(table.contains(file)) << file;
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
