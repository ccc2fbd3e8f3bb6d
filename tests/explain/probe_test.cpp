#include "arcadecam/explain/probe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "explain/input_attribution.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

class ProbeTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { engine_->forward(states_.view(), watch_, tape_); }

  [[nodiscard]] Query query(std::int64_t sample, Probe& probe) const {
    return {*graph_, tape_, states_.view(), sample, 1, target_, probe};
  }
  /// Sample `index`: the observation, darkened a little more each time.
  static Probe::Fill darkened(const Query& query) {
    return [&query](std::int64_t index, std::span<float> values) {
      read_observation(query, {values.data(), query.graph.shape(0)});
      for (float& value : values) value *= 1 - 0.02F * static_cast<float>(index);
    };
  }

  std::shared_ptr<const nn::Graph> graph_ = test::small_graph();
  std::unique_ptr<nn::Engine> engine_ = nn::make_engine(GetParam(), graph_);
  ByteTensor states_ = test::random_observations(*graph_, 2);
  nn::Watch watch_{nn::cut_at(*graph_, graph_->find("conv2").value()), {}};
  nn::Tape tape_;
  Target target_ = Target::action(1);
};

TEST_P(ProbeTest, ResultsDoNotDependOnTheBatch) {
  const int conv = graph_->find("conv1").value();
  std::vector<float> expected_values, expected_gradients;
  for (const std::int64_t batch : {1, 5, 32}) {
    Probe probe(*engine_, batch);
    const Query asked = query(1, probe);
    std::vector<float> values, gradients;
    std::vector<std::int64_t> done;
    probe.on_progress([&](std::int64_t now, std::int64_t total) {
      EXPECT_EQ(total, 11);
      done.push_back(now);
    });
    probe.run(asked, {11, {{}, {conv}}}, darkened(asked),
              [&](std::int64_t index, const Query& probed) {
                EXPECT_EQ(index, std::ssize(values));
                values.push_back(static_cast<float>(probed.value()));
                const auto gradient = probed.tape.gradient(conv)[probed.sample].values();
                gradients.insert(gradients.end(), gradient.begin(), gradient.end());
              });
    EXPECT_EQ(done.back(), 11);
    EXPECT_EQ(probe.passes(), (PassCount{11, 11}));
    if (batch == 1) {
      expected_values = values;
      expected_gradients = gradients;
      EXPECT_NEAR(values[0], asked.value(), 1e-5 * std::abs(asked.value()));
    }
    EXPECT_LT(test::relative_difference(values, expected_values), 1e-5);
    EXPECT_LT(test::relative_difference(gradients, expected_gradients), 1e-5);
  }
}

TEST_P(ProbeTest, AReplacedActivationKeepsWhatGoesAroundIt) {
  const int conv = graph_->find("conv2").value(), relu = graph_->find("relu1").value();
  ASSERT_EQ(nn::cut_at(*graph_, conv), (std::vector<int>{relu, conv})) << "a residual connection";
  Probe probe(*engine_);
  const Query asked = query(1, probe);
  const auto values =
      probe.values(asked, {3, {}, conv}, [&](std::int64_t index, std::span<float> replaced) {
        std::ranges::transform(tape_.activation(conv)[1].values(), replaced.begin(),
                               [&](float a) { return a * static_cast<float>(1 - index); });
      });
  EXPECT_NEAR(values[0], asked.value(), 1e-5 * std::abs(asked.value()));
  // Where conv2 gives zero, relu2 is relu1.
  nn::Tape tape;
  const Tensor zero(graph_->shape(conv).batch_of(1));
  const int add = graph_->find("add").value();
  const nn::Given given{add, {tape_.activation(relu)[1].data(), graph_->shape(add).batch_of(1)}};
  engine_->forward_from({&given, 1}, {}, tape);
  EXPECT_NEAR(values[1], tape.output().data()[1], 1e-5 * std::abs(values[1]));
  EXPECT_EQ(probe.passes(), (PassCount{3, 0}));
}

TEST(PatchedProbes, AreTheObservationWhereNothingIsPatched) {
  const auto graph = test::golden_graph("atari_dqn");
  const auto engine = nn::make_engine("cpu", graph);
  const ByteTensor states = test::random_observations(*graph, 2);
  Probe probe(*engine), plain(*engine);
  nn::Tape tape;
  engine->forward(states.view(), {}, tape);
  const Target target = Target::action(1);
  // More than two batches; of two states, one after the other.
  constexpr std::int64_t kCount = 75;
  for (const std::int64_t sample : {0, 1}) {
    const Query asked{*graph, tape, states.view(), sample, 1, target, probe};
    Tensor reference(graph->shape(0));
    read_observation(asked, reference.view());
    const auto patch = [](std::int64_t index, std::span<float> values) {
      const int left = static_cast<int>(index), top = static_cast<int>(index % 60);
      for (int y = top; y < top + 9; ++y) values[static_cast<std::size_t>(84 * y + left)] = 0;
      return PixelBox{left, top, 1, 9};
    };
    std::vector<float> values;
    probe.run(asked, {kCount}, reference.view(), patch, [&](std::int64_t, const Query& probed) {
      Tensor seen(graph->shape(0)), expected = reference;
      read_observation(probed, seen.view());
      patch(std::ssize(values), expected.values());
      EXPECT_TRUE(std::ranges::equal(seen.values(), expected.values()));
      values.push_back(static_cast<float>(probed.value()));
    });
    const auto expected =
        plain.values(asked, {kCount}, [&](std::int64_t index, std::span<float> filled) {
          std::ranges::copy(reference.values(), filled.begin());
          patch(index, filled);
        });
    EXPECT_LT(
        test::relative_difference(values, std::vector<float>(expected.begin(), expected.end())),
        3e-6)
        << "of a network with random weights";
  }
  EXPECT_EQ(probe.passes(), (PassCount{2 * kCount, 0}));
}

TEST_P(ProbeTest, AProbeOfAProbeHasItsOwnTape) {
  Probe probe(*engine_);
  const Query asked = query(0, probe);
  const auto expected = probe.values(asked, {4}, darkened(asked));
  std::vector<float> values;
  probe.run(asked, {4}, darkened(asked), [&](std::int64_t, const Query& probed) {
    const auto inner = probed.probe.values(probed, {2}, darkened(probed));
    EXPECT_NEAR(inner[0], probed.value(), 1e-5 * std::abs(probed.value()));
    values.push_back(static_cast<float>(probed.value()));
  });
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(values[i], expected[i], 1e-6 * std::abs(expected[i]));
  EXPECT_EQ(probe.passes(), (PassCount{4 + 4 + 8, 0}));
}

TEST_P(ProbeTest, RandomNumbersDependOnSeedAndObservationAlone) {
  Probe probe(*engine_);
  const auto first = [&](std::int64_t sample, std::uint64_t seed) {
    return Probe::random(query(sample, probe), seed).next();
  };
  EXPECT_EQ(first(0, 3), first(0, 3));
  EXPECT_NE(first(0, 3), first(1, 3));
  EXPECT_NE(first(0, 3), first(0, 4));
  std::ranges::copy(states_[0].values(), states_[1].data());
  EXPECT_EQ(first(0, 3), first(1, 3)) << "the place in the batch does not matter";
}

TEST_P(ProbeTest, RefusesWhatCannotBeContinued) {
  EXPECT_THROW(Probe(*engine_, 0), Error);
  nn::Tape tape;
  const int conv = graph_->find("conv2").value();
  const Tensor values(graph_->shape(conv).batch_of(2)), other(Shape{2, 3});
  const nn::Given alone{conv, values.view()}, misshapen{conv, other.view()};
  EXPECT_THROW(engine_->forward_from({}, {}, tape), Error);
  EXPECT_THROW(engine_->forward_from({&alone, 1}, {}, tape), Error) << "relu1 is missing";
  EXPECT_THROW(engine_->forward_from({&misshapen, 1}, {}, tape), Error);
}

INSTANTIATE_TEST_SUITE_P(Engines, ProbeTest, testing::Values("cpu", "reference"));

}  // namespace
}  // namespace arcadecam::explain
