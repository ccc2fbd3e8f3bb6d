// GRU and LSTM cells: PyTorch's numbers, gradients, relevance, and the state that an engine is
// given.
#include "nn/recurrent_cells.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "arcadecam/nn/engine.h"
#include "nn/reference/reference_network.h"
#include "support/networks.h"

namespace arcadecam {
namespace {

TEST(RecurrentCells, ComputeWhatPyTorchDoes) {
  // scripts/golden/recurrent.py: torch.nn.GRUCell and LSTMCell, three steps from zeros.
  const test::GoldenArrays golden("nets/recurrent.npz");
  for (const std::string kind : {"gru", "lstm"}) {
    const auto weights = [&](const std::string& part) {
      return std::make_shared<const Tensor>(golden.get<float>(kind + "_" + part));
    };
    const nn::CellWeights cell{weights("weight_ih"), weights("weight_hh"), weights("bias_ih"),
                               weights("bias_hh")};
    const Tensor inputs = golden.get<float>("inputs"), expected = golden.get<float>(kind + "_h");
    std::vector<nn::Node> nodes{{"input", nn::Input{{inputs.shape()[1]}}, {}}};
    for (nn::Node& node :
         kind == "gru" ? nn::gru_cell("cell", cell, 0, 1) : nn::lstm_cell("cell", cell, 0, 1))
      nodes.push_back(std::move(node));
    const auto graph = std::make_shared<const nn::Graph>(std::move(nodes));
    for (const char* id : {"onednn", "reference", "check"}) {
      const auto engine = nn::make_engine(id, graph);
      nn::Watch watch;
      nn::watch_state(*graph, watch);
      nn::Tape tape;
      for (std::int64_t step = 0; step < inputs.shape()[0]; ++step) {
        engine->forward(TensorView(inputs[step].data(), inputs.shape().inner().batch_of(1)), watch,
                        tape);
        EXPECT_LT(test::relative_difference(tape.output().values(), expected[step].values()), 1e-6)
            << kind << " " << id << " " << step;
        engine->set_state(nn::next_state(*graph, tape, 0));
      }
      EXPECT_THROW(engine->set_state(std::vector<float>(1)), Error);
    }
  }
}

class RecurrentNetwork : public testing::TestWithParam<bool> {
 protected:
  std::shared_ptr<const nn::Graph> graph_ = test::recurrent_graph(GetParam());
  ByteTensor states_ = test::random_observations(*graph_, 2);
  std::vector<float> memory_ = [this] {
    std::vector<float> values;
    for (std::int64_t i = 0; i < graph_->state_size(); ++i)
      values.push_back(std::sin(static_cast<float>(i)) / 2);
    return values;
  }();
};

TEST_P(RecurrentNetwork, EnginesAgreeAndGradientsAreCentralDifferences) {
  const auto fast = nn::make_engine("onednn", graph_), slow = nn::make_engine("reference", graph_);
  fast->set_state(memory_);
  slow->set_state(memory_);
  EXPECT_LT(test::compare_engines(*fast, *slow, states_.view()), 2e-4);

  nn::Tape tape;
  nn::Pass pass = slow->forward(states_.view(), {{}, {0}}, tape);
  Tensor ask(tape.output().shape());
  for (std::int64_t n = 0; n < 2; ++n) ask[n].data()[1] = 1;
  pass.backward(ask.view(), tape);
  nn::ReferenceNetwork<double> network(graph_);
  auto first = memory_.begin();
  for (const int state : graph_->states()) {
    const auto last = first + graph_->shape(state).count();
    network.set_activation(state, std::vector<double>(first, last));
    first = last;
  }
  std::vector<double> input(states_[1].values().begin(), states_[1].values().end());
  for (std::size_t i = 0; i < input.size(); i += 3) {
    const auto value_at = [&](double step) {
      std::vector<double> moved = input;
      moved[i] += step;
      network.forward(moved);
      return network.output()[1];
    };
    const double slope = (value_at(1e-3) - value_at(-1e-3)) / 2e-3;
    EXPECT_NEAR(tape.gradient(0)[1].data()[i], slope, 1e-4 * std::max(0.01, std::abs(slope))) << i;
  }
}

TEST_P(RecurrentNetwork, ZerosAreTheStateUntilItIsSet) {
  const auto engine = nn::make_engine("onednn", graph_);
  nn::Tape fresh, zero, other;
  engine->forward(states_.view(), {}, fresh);
  engine->set_state(memory_);
  engine->forward(states_.view(), {}, other);
  engine->set_state(std::vector<float>(memory_.size()));
  engine->forward(states_.view(), {}, zero);
  EXPECT_TRUE(std::ranges::equal(fresh.output().values(), zero.output().values()));
  EXPECT_GT(test::relative_difference(fresh.output().values(), other.output().values()), 1e-3);
}

// What enters at the output arrives at the pixels and at the memory, where biases take no share.
TEST_P(RecurrentNetwork, RelevanceIsConservedAndGatesTakeNone) {
  for (const char* id : {"onednn", "reference"}) {
    const auto engine = nn::make_engine(id, graph_);
    engine->set_state(memory_);
    nn::RulePass rules{{nn::rule::Epsilon{1e-9F, false}, {}}, {0}};
    for (const int state : graph_->states()) rules.watched.push_back(state);
    for (int node = 0; node < graph_->size(); ++node) {
      const std::string& name = graph_->node(node).name;
      const bool gate = name.ends_with(".update") || name.ends_with(".reset") ||
                        name.ends_with(".forget") || name.ends_with(".output");
      if (gate) rules.watched.push_back(node);
    }
    nn::Tape tape;
    nn::Pass pass = engine->forward(states_.view(), {{}, {}, true}, tape);
    Tensor ask(tape.output().shape());
    for (std::int64_t n = 0; n < 2; ++n) ask[n].data()[0] = 1;
    pass.backward(ask.view(), rules, tape);
    for (std::int64_t n = 0; n < 2; ++n) {
      double arrived = 0;
      for (const int node : rules.watched) {
        double here = 0;
        for (const float value : tape.gradient(node)[n].values()) here += value;
        const bool entry = node == 0 || std::holds_alternative<nn::State>(graph_->node(node).op);
        EXPECT_TRUE(entry || here == 0) << graph_->node(node).name;
        arrived += here;
      }
      const double entered = tape.output()[n].data()[0];
      EXPECT_NEAR(arrived, entered, 0.01 * std::max(1.0, std::abs(entered))) << id;
    }
  }
}

// The parts of the difference from a baseline sum to the difference, through products too.
TEST_P(RecurrentNetwork, RescaledProductsSumToTheDifference) {
  nn::ReferenceNetwork<double> from(graph_);
  from.forward(std::vector<double>(static_cast<std::size_t>(graph_->shape(0).count()), 100.0));
  auto baseline = std::make_shared<nn::Baseline>();
  for (int node = 0; node < graph_->size(); ++node) {
    Tensor& kept = baseline->emplace_back(graph_->shape(node));
    std::ranges::copy(from.activation(node), kept.data());
  }
  for (const char* id : {"onednn", "reference"}) {
    const auto engine = nn::make_engine(id, graph_);
    nn::Tape tape;
    nn::Pass pass = engine->forward(states_.view(), {{}, {}, true}, tape);
    Tensor ask(tape.output().shape());
    for (std::int64_t n = 0; n < 2; ++n) ask[n].data()[2] = 1;
    pass.backward(ask.view(), nn::RulePass{{nn::rule::Rescale{baseline}, {}}, {0}}, tape);
    for (std::int64_t n = 0; n < 2; ++n) {
      double total = 0;
      for (std::int64_t i = 0; i < states_[n].size(); ++i)
        total +=
            (states_[n].data()[i] - 100.0) * static_cast<double>(tape.gradient(0)[n].data()[i]);
      const double difference = tape.output()[n].data()[2] - from.output()[2];
      EXPECT_NEAR(total, difference, 1e-3 * std::max(0.1, std::abs(difference))) << id;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, RecurrentNetwork, testing::Bool(),
                         [](const auto& kind) { return kind.param ? "Lstm" : "Gru"; });

TEST(RecurrentCells, WeightsThatDoNotFitAreRefused) {
  const nn::CellWeights odd{test::random_weights({9, 4}, 1), test::random_weights({8, 3}, 2),
                            nullptr, nullptr};
  EXPECT_THROW((void)nn::gru_cell("g", odd, 0, 1), Error);
  EXPECT_THROW((void)nn::lstm_cell("l", odd, 0, 1), Error);
  EXPECT_THROW(nn::Graph({{"input", nn::Input{{2}}, {}},
                          {"s", nn::State{2, "nobody"}, {}},
                          {"sum", nn::Add{}, {0, 1}}}),
               Error);
}

}  // namespace
}  // namespace arcadecam
