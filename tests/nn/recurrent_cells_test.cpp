// GRU and LSTM cells: PyTorch's numbers, gradients, relevance, and the memory that each sample of
// a pass is given.
#include "nn/recurrent_cells.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

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
    for (const char* id : {"cpu", "reference", "compared"}) {
      const auto engine = nn::make_engine(id, graph);
      nn::Watch watch;
      nn::watch_memory(*graph, watch);
      nn::Tape tape;
      Tensor memory;
      for (std::int64_t step = 0; step < inputs.shape()[0]; ++step) {
        const TensorView input(inputs[step].data(), inputs.shape().inner().batch_of(1));
        engine->forward({input, memory.view()}, watch, tape);
        EXPECT_LT(test::relative_difference(tape.output().values(), expected[step].values()), 1e-6)
            << kind << " " << id << " " << step;
        nn::next_memory(*graph, tape, memory);
      }
    }
  }
}

class RecurrentNetwork : public testing::TestWithParam<bool> {
 protected:
  std::shared_ptr<const nn::Graph> graph_ = test::recurrent_graph(GetParam());
  ByteTensor states_ = test::random_observations(*graph_, 2);
  /// Another one of each of the two.
  Tensor memory_ = [this] {
    Tensor values(Shape{2, graph_->state_size()});
    for (std::int64_t i = 0; i < values.size(); ++i)
      values.data()[i] = std::sin(static_cast<float>(i)) / 2;
    return values;
  }();
  nn::Observations seen_{states_.view(), memory_.view()};
};

TEST_P(RecurrentNetwork, EnginesAgreeAndGradientsAreCentralDifferences) {
  const auto fast = nn::make_engine("cpu", graph_), slow = nn::make_engine("reference", graph_);
  EXPECT_LT(test::compare_engines(*fast, *slow, seen_), 2e-4);

  nn::Tape tape;
  nn::Pass pass = slow->forward(seen_, {{}, {0}}, tape);
  Tensor ask(tape.output().shape());
  for (std::int64_t n = 0; n < 2; ++n) ask[n].data()[1] = 1;
  pass.backward(ask.view(), tape);
  nn::ReferenceNetwork<double> network(graph_);
  auto first = std::as_const(memory_)[1].data();
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

TEST_P(RecurrentNetwork, NoMemoryIsZerosWhateverWasRememberedBefore) {
  for (const char* id : {"cpu", "reference"}) {
    const auto engine = nn::make_engine(id, graph_);
    const Tensor zeros(memory_.shape());
    nn::Tape zero, other, none;
    engine->forward({states_.view(), zeros.view()}, {}, zero);
    engine->forward(seen_, {}, other);
    engine->forward(states_.view(), {}, none);
    EXPECT_TRUE(std::ranges::equal(none.output().values(), zero.output().values()));
    EXPECT_GT(test::relative_difference(none.output().values(), other.output().values()), 1e-3);
  }
}

// Every sample of a pass has a memory of its own: what it says, its gradients, its relevance and
// what it remembers next are those of a pass of its own.
TEST_P(RecurrentNetwork, ABatchOfMemoriesEqualsOneAtATime) {
  constexpr std::int64_t kSamples = 5;
  const ByteTensor states = test::random_observations(*graph_, kSamples);
  Tensor memory(Shape{kSamples, graph_->state_size()});  // the last one is zeros
  for (std::int64_t i = 0; i < memory.size() - graph_->state_size(); ++i)
    memory.data()[i] = std::cos(static_cast<float>(3 * i)) / 2;
  nn::Watch watch{{}, {0}, true};
  nn::watch_memory(*graph_, watch);
  const nn::RulePass rules{{nn::rule::Epsilon{}, {}}, {0, graph_->states()[0]}};
  Tensor ask(Shape{kSamples, graph_->actions()});
  for (std::int64_t n = 0; n < kSamples; ++n) ask[n].data()[n % graph_->actions()] = 1;
  for (const char* id : {"cpu", "reference", "compared"}) {
    const auto engine = nn::make_engine(id, graph_);
    nn::Tape all, ruled(&all);
    nn::Pass pass = engine->forward({states.view(), memory.view()}, watch, all);
    pass.backward(ask.view(), all);
    pass.backward(ask.view(), rules, ruled);
    Tensor next, next_alone;
    nn::next_memory(*graph_, all, next);
    ASSERT_EQ(next.shape(), memory.shape());
    for (std::int64_t n = 0; n < kSamples; ++n) {
      const ByteTensorView state(states[n].data(), graph_->shape(0).batch_of(1));
      const TensorView remembered(memory[n].data(), Shape{1, graph_->state_size()});
      const TensorView asked(ask[n].data(), Shape{1, graph_->actions()});
      nn::Tape alone, ruled_alone(&alone);
      nn::Pass one = engine->forward({state, remembered}, watch, alone);
      one.backward(asked, alone);
      one.backward(asked, rules, ruled_alone);
      nn::next_memory(*graph_, alone, next_alone);
      const auto differs = [](TensorView a, TensorView b) {
        return test::relative_difference(a.values(), b.values());
      };
      EXPECT_LT(differs(alone.output(), all.output()[n]), 1e-6) << id << n;
      EXPECT_LT(differs(alone.gradient(0), all.gradient(0)[n]), 1e-6) << id << n;
      for (const int node : rules.watched)
        EXPECT_LT(differs(ruled_alone.gradient(node), ruled.gradient(node)[n]), 1e-5) << id << n;
      EXPECT_LT(differs(next_alone.view(), std::as_const(next)[n]), 1e-6) << id << n;
      EXPECT_GT(differs(next_alone.view(), std::as_const(next)[(n + 1) % kSamples]), 1e-3);
    }
  }
}

TEST_P(RecurrentNetwork, WrongMemoriesAreRefused) {
  const Tensor one(Shape{1, graph_->state_size()}), long_ones(Shape{2, graph_->state_size() + 1});
  const auto plain = test::small_graph();
  const ByteTensor others = test::random_observations(*plain, 2);
  for (const char* id : {"cpu", "reference", "compared"}) {
    const auto engine = nn::make_engine(id, graph_);
    nn::Tape tape;
    for (const Tensor* wrong : {&one, &long_ones})
      EXPECT_THROW(engine->forward({states_.view(), wrong->view()}, {}, tape), Error);
    EXPECT_THROW(nn::make_engine(id, plain)->forward({others.view(), memory_.view()}, {}, tape),
                 Error)
        << "it is not recurrent";
    // A pass from within the network knows no memory: it must be given.
    nn::Watch watch;
    for (const int node : nn::cut_at(*graph_, 2)) watch.merge({{node}, {}});
    engine->forward(seen_, watch, tape);
    std::vector<nn::Given> given, forgotten;
    std::string state;
    for (const int node : watch.activations) {
      given.push_back({node, tape.activation(node)});
      if (std::holds_alternative<nn::State>(graph_->node(node).op)) {
        state = graph_->node(node).name;
      } else {
        forgotten.push_back(given.back());
      }
    }
    ASSERT_NE(state, "") << "a gate reads it";
    nn::Tape part;
    engine->forward_from(given, {}, part);
    EXPECT_LT(test::relative_difference(part.output().values(), tape.output().values()), 1e-6);
    try {
      engine->forward_from(forgotten, {}, part);
      FAIL() << "no memory was given";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("'" + state + "'"), std::string::npos)
          << error.what();
    }
  }
}

// What enters at the output arrives at the pixels and at the memory, where biases take no share.
TEST_P(RecurrentNetwork, RelevanceIsConservedAndGatesTakeNone) {
  for (const char* id : {"cpu", "reference"}) {
    const auto engine = nn::make_engine(id, graph_);
    nn::RulePass rules{{nn::rule::Epsilon{1e-9F, false}, {}}, {0}};
    for (const int state : graph_->states()) rules.watched.push_back(state);
    for (int node = 0; node < graph_->size(); ++node) {
      const std::string& name = graph_->node(node).name;
      const bool gate = name.ends_with(".update") || name.ends_with(".reset") ||
                        name.ends_with(".forget") || name.ends_with(".output");
      if (gate) rules.watched.push_back(node);
    }
    nn::Tape tape;
    nn::Pass pass = engine->forward(seen_, {{}, {}, true}, tape);
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
  for (const char* id : {"cpu", "reference"}) {
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
