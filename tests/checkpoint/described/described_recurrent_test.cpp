// GRU and LSTM layers of a network description.
#include <gtest/gtest.h>

#include <string>

#include "arcadecam/nn/engine.h"
#include "checkpoint/described/network_file.h"
#include "checkpoint/formats/archives.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

const std::string kInput =
    R"({"input": {"channels": 1, "height": 1, "width": 5, "divide_by": 1}, "layers": [)"
    R"({"type": "flatten"}, )";

nn::Graph built_layer(const std::string& layer, const StateDict& state) {
  return build_network(parse_network(test::view_of(kInput + layer + "]}"), "n"), state, {}).graph;
}

/// torch.nn.GRUCell and LSTMCell of scripts/golden/recurrent.py; with `suffix` as GRU's first
/// layer.
StateDict cell_of(const std::string& kind, const std::string& suffix) {
  const test::GoldenArrays golden("nets/recurrent.npz");
  StateDict state;
  for (const std::string part : {"weight_ih", "weight_hh", "bias_ih", "bias_hh"}) {
    state.tensors.push_back({"core." + part + suffix,
                             std::make_shared<const Tensor>(golden.get<float>(kind + "_" + part))});
  }
  return state;
}

TEST(DescribedRecurrentLayers, ComputeWhatPyTorchDoes) {
  const test::GoldenArrays golden("nets/recurrent.npz");
  const Tensor inputs = golden.get<float>("inputs");
  for (const std::string kind : {"gru", "lstm"}) {
    for (const std::string suffix : {"", "_l0"}) {
      const std::string layer = R"({"type": ")" + kind + R"(", "weights": "core"})";
      const auto graph =
          std::make_shared<const nn::Graph>(built_layer(layer, cell_of(kind, suffix)));
      EXPECT_EQ(graph->node(graph->output()).name, "core");
      const Tensor expected = golden.get<float>(kind + "_h");
      const auto engine = nn::make_engine("cpu", graph);
      nn::Watch watch;
      nn::watch_memory(*graph, watch);
      nn::Tape tape;
      Tensor memory;
      for (std::int64_t step = 0; step < inputs.shape()[0]; ++step) {
        const TensorView input(inputs[step].data(), Shape{1, 1, 1, 5});
        engine->forward({input, memory.view()}, watch, tape);
        EXPECT_LT(test::relative_difference(tape.output().values(), expected[step].values()), 1e-6);
        nn::next_memory(*graph, tape, memory);
      }
    }
  }
}

TEST(DescribedRecurrentLayers, WrongOnesAreRefusedWithTheirLine) {
  const auto message = [](const std::string& layer, const StateDict& state) {
    return test::error_of([&] { built_layer(layer, state); });
  };
  const std::string lstm = message(R"({"type": "lstm", "weights": "core"})", cell_of("gru", ""));
  EXPECT_NE(lstm.find("(/layers/1): expected weight_ih and weight_hh of 4 times"),
            std::string::npos)
      << lstm;
  const std::string missing = message(R"({"type": "gru", "weights": "kern"})", cell_of("gru", ""));
  EXPECT_NE(missing.find("'kern.weight_ih' is missing"), std::string::npos) << missing;
  const std::string nothing = message(R"({"type": "gru"})", cell_of("gru", ""));
  EXPECT_NE(nothing.find("a member \"weights\""), std::string::npos) << nothing;
}

}  // namespace
}  // namespace arcadecam::checkpoint
