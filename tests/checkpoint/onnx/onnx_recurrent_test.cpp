// Recurrent policies in ONNX, as PyTorch exports them (scripts/golden/recurrent_onnx.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/files.h"
#include "arcadecam/nn/engine.h"
#include "checkpoint/load_bytes.h"
#include "checkpoint/onnx/onnx_bytes.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

Checkpoint loaded(const std::string& name) {
  return load(test::golden_dir() / "agents" / ("recurrent_" + name + ".onnx"));
}

bool any_contains(const std::vector<std::string>& lines, std::string_view part) {
  return std::ranges::any_of(
      lines, [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

TEST(OnnxRecurrentNetworks, ComputeWhatOnnxRuntimeDoesStepByStep) {
  const test::GoldenArrays golden("agents/recurrent.npz");
  const auto states = test::GoldenArrays("checkpoints/known_input.npz").get<std::uint8_t>("x");
  for (const auto& entry : golden.all()) {
    const std::string& name = entry.first;
    const auto expected = golden.get<float>(name);
    const Checkpoint checkpoint = loaded(name);
    const auto graph = std::make_shared<const nn::Graph>(checkpoint.graph);
    const bool zeros = name.ends_with("_zeros");
    EXPECT_EQ(graph->state_size(), zeros ? 0 : name.starts_with("lstm") ? 16 : 8) << name;
    EXPECT_EQ(graph->actions(), 6) << name;
    for (const std::string id : {"cpu", "reference"}) {
      const auto engine = nn::make_engine(id, graph);
      nn::Watch watch;
      nn::watch_memory(*graph, watch);
      nn::Tape tape;
      Tensor memory;
      for (std::int64_t step = 0; step < expected.shape()[0]; ++step) {
        const Shape& shape = graph->shape(0);
        const ByteTensorView state(states[step % 2].data(), shape.batch_of(1));
        engine->forward({state, memory.view()}, watch, tape);
        EXPECT_LT(test::relative_difference(tape.output().values(), expected[step].values()), 1e-4)
            << name << " " << id << " " << step;
        nn::next_memory(*graph, tape, memory);
      }
    }
  }
}

TEST(OnnxRecurrentNetworks, SayWhatIsTakenForWhat) {
  EXPECT_FALSE(any_contains(loaded("gru").unknown, "divided by 255"));
  const Checkpoint operators = loaded("lstm_batch_first");
  EXPECT_TRUE(operators.graph.value());
  EXPECT_EQ(operators.graph.states().size(), 2U);
  EXPECT_EQ(operators.graph.node(operators.graph.states()[0]).name, "h0");
  EXPECT_FALSE(any_contains(operators.unknown, "by their order"));
  EXPECT_TRUE(any_contains(operators.unknown, "2 outputs plays"));
  const Checkpoint written_out = loaded("lstm_cell");
  EXPECT_TRUE(written_out.graph.value());
  EXPECT_TRUE(any_contains(written_out.unknown, "What the state 'c0' becomes in the next step"));
  EXPECT_TRUE(
      any_contains(loaded("gru_zeros").unknown, "starts from the same state in every step"));
  EXPECT_TRUE(loaded("gru_zeros").graph.states().empty());
}

// A model of PyTorch's with one name in it replaced by another as long.
std::string error_with(const std::string& name, std::string_view from, std::string_view to) {
  Bytes bytes = read_file(test::golden_dir() / "agents" / ("recurrent_" + name + ".onnx"));
  const auto at = std::search(bytes.begin(), bytes.end(), from.begin(), from.end());
  EXPECT_NE(at, bytes.end()) << from;
  std::copy(to.begin(), to.end(), at);
  return test::error_of([&] { load_bytes(bytes, "m.onnx", {}); });
}

TEST(OnnxRecurrentNetworks, OtherCellsAreRefusedWithTheirNode) {
  const std::string reverse = error_with("gru_state", "forward", "reverse");
  EXPECT_NE(reverse.find("ONNX operator GRU of node"), std::string::npos) << reverse;
  EXPECT_NE(reverse.find("only the direction forward"), std::string::npos) << reverse;
}

/// Why a model of one image `x` of 1×3×2 and this graph is refused.
std::string error_of_graph(const std::string& graph) {
  return test::error_of([&] { test::onnx_bytes::imported({1, 3, 2}, graph); });
}

TEST(OnnxRecurrentNetworks, WhatIsNoStateIsRefused) {
  using namespace test::onnx_bytes;
  const std::string sum = operation("Flatten", {"x"}, {"f"}) + operation("Add", {"f", "h"}, {"y"});
  const std::string lost = error_of_graph(value(11, "h", {1, 6}) + sum + value(12, "y", {1, 6}));
  EXPECT_NE(lost.find("takes 'h' beside the image"), std::string::npos) << lost;
  EXPECT_NE(lost.find("no such output of 6 values"), std::string::npos) << lost;
  const std::string kept =
      error_of_graph(value(11, "h", {1, 6}) + sum + operation("Tanh", {"y"}, {"n"}) +
                     value(12, "y", {1, 6}) + value(12, "n", {1, 6}));
  EXPECT_NE(kept.find("'y', which plays, is an input of 'n' as well"), std::string::npos) << kept;
  const std::string layers = error_of_graph(value(11, "h", {2, 1, 6}) + sum);
  EXPECT_NE(layers.find("takes 'h' of 2×1×6 beside the image 'x'"), std::string::npos) << layers;
  const std::string image = error_of_graph(value(11, "z", {1, 1, 3, 2}) + sum);
  EXPECT_NE(image.find("takes 'z' of 1×1×3×2 beside the image 'x'"), std::string::npos) << image;
  // An input that nothing uses is no matter.
  EXPECT_EQ(error_of_graph(value(11, "h", {1, 6}) + operation("Flatten", {"x"}, {"y"}) +
                           value(12, "y", {1, 6})),
            "");
}

}  // namespace
}  // namespace arcadecam::checkpoint
