// A session's forward pass stays its own.
#include "arcadecam/explain/session.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/networks.h"

namespace arcadecam::explain {
namespace {

class SessionOfEngine : public testing::TestWithParam<std::string> {
 protected:
  /// One that reads gradients, one by rules, and one that probes between them in the table's order.
  static std::vector<MethodSpec> methods() {
    return parse_methods("occlusion:window=4:stride=3,guided-backprop,layercam");
  }
  static std::vector<float> maps(const Session& session) {
    std::vector<float> all;
    for (std::size_t m = 0; m < session.method_count(); ++m) {
      for (std::int64_t n = 0; n < 2; ++n) {
        const auto raw = session.result(m, n).raw.values();
        all.insert(all.end(), raw.begin(), raw.end());
      }
    }
    return all;
  }
  [[nodiscard]] std::vector<float> fresh(ByteTensorView states, const Target& target) const {
    const auto engine = nn::make_engine(GetParam(), graph_);
    Session session(*engine, methods());
    session.forward(states);
    session.explain(std::vector(2, target));
    return maps(session);
  }

  std::shared_ptr<const nn::Graph> graph_ = test::small_graph();
  std::unique_ptr<nn::Engine> engine_ = nn::make_engine(GetParam(), graph_);
  ByteTensor states_ = test::random_observations(*graph_, 4);
  ByteTensorView first_{states_.data(), states_.shape().inner().batch_of(2)};
  ByteTensorView second_{states_[2].data(), states_.shape().inner().batch_of(2)};
};

TEST_P(SessionOfEngine, AnswersFurtherTargetsFromOneForwardPass) {
  Session session(*engine_, methods());
  session.forward(first_);
  for (const int action : {1, 0, 2}) {
    session.explain(std::vector(2, Target::action(action)));
    EXPECT_EQ(maps(session), fresh(first_, Target::action(action)));
  }
  EXPECT_EQ(session.tape().forward_passes(), 1);
  EXPECT_EQ(session.backward_passes(), 6) << "plain ones and those by rules";
  EXPECT_NE(session.result(0, 0).probes, PassCount{}) << "other passes ran in between";
}

TEST_P(SessionOfEngine, IsNotDisturbedByAnotherSession) {
  Session one(*engine_, methods()), other(*engine_, methods());
  one.forward(first_);
  other.forward(second_);
  one.explain(std::vector(2, Target::action(0)));
  other.explain(std::vector(2, Target::action(2)));
  EXPECT_EQ(maps(one), fresh(first_, Target::action(0)));
  EXPECT_EQ(maps(other), fresh(second_, Target::action(2)));
}

TEST_P(SessionOfEngine, RunsAReleasedPassAgain) {
  Session session(*engine_, methods());
  session.forward(first_);
  session.explain(std::vector(2, Target::action(1)));
  session.release();
  nn::Tape tape;
  engine_->forward(second_, {}, tape);
  session.explain(std::vector(2, Target::action(0)));
  EXPECT_EQ(session.tape().forward_passes(), 2);
  EXPECT_EQ(maps(session), fresh(first_, Target::action(0)));
}

// Also where the batch holds every state several times, and where methods run the network again,
// from the picture or from within.
TEST_P(SessionOfEngine, EverySampleOfARecurrentNetworkRemembersItsOwn) {
  for (const bool lstm : {false, true}) {
    const auto graph = test::recurrent_graph(lstm);
    const auto engine = nn::make_engine(GetParam(), graph);
    const auto methods = parse_methods(
        "occlusion:window=4:stride=3,ablationcam,deeplift,smooth-fullgrad:draws=3,"
        "saliency:target=margin,hirescam");
    const Tensor memory = *test::random_weights({3, graph->state_size()}, 4, 1);
    const ByteTensor states = test::random_observations(*graph, 3);
    Session together(*engine, methods), alone(*engine, methods);
    together.forward({states.view(), memory.view()});
    together.explain(std::vector(3, Target::action(1)));
    for (std::int64_t n = 0; n < 3; ++n) {
      const auto explain = [&](TensorView remembered) {
        alone.forward({ByteTensorView(states[n].data(), graph->shape(0).batch_of(1)), remembered});
        alone.explain(std::vector{Target::action(1)});
      };
      explain({memory[n].data(), Shape{1, graph->state_size()}});
      for (std::size_t m = 0; m < methods.size(); ++m) {
        const auto raw = alone.result(m, 0).raw.values();
        const std::vector<float> expected(raw.begin(), raw.end());
        EXPECT_LT(test::relative_difference(together.result(m, n).raw.values(), expected), 1e-4)
            << methods[m].text() << ' ' << n;
      }
      // Without it they say something else.
      const auto raw = alone.result(0, 0).raw.values();
      const std::vector<float> remembering(raw.begin(), raw.end());
      explain({});
      EXPECT_GT(test::relative_difference(alone.result(0, 0).raw.values(), remembering), 1e-3);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, SessionOfEngine, testing::Values("cpu", "reference"));

}  // namespace
}  // namespace arcadecam::explain
