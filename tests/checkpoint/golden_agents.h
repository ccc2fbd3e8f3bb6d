#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/nn/engine.h"
#include "arcadecam/nn/graph.h"
#include "support/golden.h"

namespace arcadecam::test {

/// The golden file of an agent.
inline std::filesystem::path agent_file(const std::string& file) {
  return golden_dir() / "agents" / file;
}

/// What the network says about the golden observations, as many planes of them as it takes.
inline Tensor outputs_of(const nn::Graph& graph, const std::string& engine_id = "cpu") {
  const auto engine = nn::make_engine(engine_id, std::make_shared<const nn::Graph>(graph));
  const auto known = GoldenArrays("checkpoints/known_input.npz").get<std::uint8_t>("x");
  ByteTensor states(graph.shape(0).batch_of(known.shape()[0]));
  for (std::int64_t n = 0; n < known.shape()[0]; ++n)
    std::copy_n(known[n].data(), graph.shape(0).count(), states[n].data());
  nn::Tape tape;
  engine->forward(states.view(), {}, tape);
  return Tensor(tape.output().shape(), tape.output().values());
}

/// Whether one of the sentences has these words.
inline bool any_has(const std::vector<std::string>& sentences, std::string_view words) {
  return std::ranges::any_of(sentences, [&](const std::string& sentence) {
    return sentence.find(words) != std::string::npos;
  });
}

}  // namespace arcadecam::test
