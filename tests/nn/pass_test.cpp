// A pass owns what its backward passes continue from.
#include "arcadecam/nn/pass.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "arcadecam/nn/engine.h"
#include "support/networks.h"

namespace arcadecam::nn {
namespace {

class PassOfEngine : public testing::TestWithParam<std::string> {
 protected:
  /// Asks for one action of each state.
  [[nodiscard]] Tensor ask(std::int64_t batch, std::int64_t first) const {
    Tensor gradient(Shape{batch, graph_->actions()});
    for (std::int64_t n = 0; n < batch; ++n)
      gradient[n].data()[(n + first) % graph_->actions()] = 1;
    return gradient;
  }
  static std::vector<float> input_gradient(const Tape& tape) {
    const auto values = tape.gradient(0).values();
    return {values.begin(), values.end()};
  }

  std::shared_ptr<const Graph> graph_ = test::small_graph();
  std::unique_ptr<Engine> engine_ = make_engine(GetParam(), graph_);
  ByteTensor states_ = test::random_observations(*graph_, 4);
  ByteTensorView first_{states_.data(), states_.shape().inner().batch_of(2)};
  ByteTensorView second_{states_[2].data(), states_.shape().inner().batch_of(2)};
  Watch watch_{{1}, {0}, true};
};

TEST_P(PassOfEngine, IsContinuedWhateverTheEngineRanSince) {
  const Tensor gradient = ask(2, 0), other = ask(2, 1);
  const RulePass guided{{rule::Guided{}, {}}, {0}};
  Tape alone, ruled_alone(&alone);
  std::vector<float> expected, expected_of_other, expected_of_rules;
  {
    Pass pass = engine_->forward(first_, watch_, alone);
    pass.backward(gradient.view(), alone);
    expected = input_gradient(alone);
    pass.backward(other.view(), alone);
    expected_of_other = input_gradient(alone);
    pass.backward(gradient.view(), guided, ruled_alone);
    expected_of_rules = input_gradient(ruled_alone);
  }
  ASSERT_NE(expected, expected_of_other);
  ASSERT_NE(expected, expected_of_rules);

  Tape kept, later, part;
  Pass pass = engine_->forward(first_, watch_, kept);
  Pass same_size = engine_->forward(second_, {{}, {0, 1}}, later);
  same_size.backward(other.view(), later);
  engine_->forward(states_.view(), {}, part);
  const Given scaled{1, kept.activation(1)};
  engine_->forward_from({&scaled, 1}, {}, part);
  pass.backward(gradient.view(), kept);
  EXPECT_EQ(input_gradient(kept), expected);
  const std::vector<float> of_second = input_gradient(later);
  pass.backward(other.view(), kept);
  EXPECT_EQ(input_gradient(kept), expected_of_other);
  Tape ruled(&kept);
  pass.backward(gradient.view(), guided, ruled);
  EXPECT_EQ(input_gradient(ruled), expected_of_rules);
  same_size.backward(other.view(), later);
  EXPECT_EQ(input_gradient(later), of_second);
}

TEST_P(PassOfEngine, LeavesItsMemoryToTheNextOneWhenItIsGone) {
  Tape a, b;
  Pass pass = engine_->forward(first_, watch_, a);
  const void* const first = a.pass().workspace;
  { const Pass meanwhile = engine_->forward(second_, watch_, b); }
  const void* const second = b.pass().workspace;
  EXPECT_NE(first, second);
  for (int i = 0; i < 3; ++i) {
    engine_->forward(second_, watch_, b);
    EXPECT_EQ(b.pass().workspace, second) << "the first one is in use";
  }
  pass = Pass();
  for (int i = 0; i < 3; ++i) {
    pass = Pass();
    pass = engine_->forward(second_, watch_, a);
    EXPECT_EQ(a.pass().workspace, first);
  }
}

TEST_P(PassOfEngine, OutlivesItsEngine) {
  const Tensor gradient = ask(2, 0);
  Tape tape;
  Pass pass = engine_->forward(first_, watch_, tape);
  pass.backward(gradient.view(), tape);
  const std::vector<float> expected = input_gradient(tape);
  engine_.reset();
  graph_ = test::small_graph(2);
  pass.backward(gradient.view(), tape);
  EXPECT_EQ(input_gradient(tape), expected);
}

TEST_P(PassOfEngine, RefusesTapesOfOtherPasses) {
  const Tensor gradient = ask(2, 0);
  const auto message = [](Pass& pass, const Tensor& asked, Tape& filled) {
    try {
      pass.backward(asked.view(), filled);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  Tape tape, empty, ruled_empty(&empty);
  Pass none;
  EXPECT_FALSE(none);
  EXPECT_NE(message(none, gradient, tape).find("run one first"), std::string::npos);
  Pass stale = engine_->forward(first_, watch_, tape);
  EXPECT_TRUE(stale);
  EXPECT_EQ(message(stale, gradient, tape), "");
  for (Tape* other : {&empty, &ruled_empty})
    EXPECT_NE(message(stale, gradient, *other).find("the tape that its forward pass filled"),
              std::string::npos);
  // The tape was used again, in the same shape and in another.
  Pass next = engine_->forward(second_, watch_, tape);
  EXPECT_NE(message(stale, gradient, tape).find("another forward pass"), std::string::npos);
  EXPECT_THROW(stale.backward(gradient.view(), {{rule::Guided{}, {}}, {0}}, tape), Error);
  EXPECT_EQ(message(next, gradient, tape), "");
  EXPECT_NE(message(next, ask(3, 0), tape).find("output gradient of shape 2×3"), std::string::npos);
  engine_->forward(states_.view(), watch_, tape);
  EXPECT_NE(message(next, gradient, tape).find("another forward pass"), std::string::npos);
  EXPECT_THROW(engine_->forward(ByteTensorView(states_.data(), Shape{1, 2, 11, 10}), {}, tape),
               Error);

  Pass moved = std::move(next);
  EXPECT_TRUE(moved);
  EXPECT_FALSE(next);  // NOLINT(bugprone-use-after-move): that it is empty is the point
}

INSTANTIATE_TEST_SUITE_P(Engines, PassOfEngine, testing::Values("cpu", "reference", "compared"));

}  // namespace
}  // namespace arcadecam::nn
