#include "explain/own_target.h"

#include <gtest/gtest.h>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

Tensor floats_of(const ByteTensor& bytes) {
  Tensor result(bytes.shape());
  std::ranges::copy(bytes.values(), result.data());
  return result;
}

TEST(OwnTarget, OfOneSessionEqualsASessionForEachTarget) {
  for (const std::string network : {"convbn", "atari_c51", "dueling"}) {
    const auto graph = test::golden_graph(network);
    const auto states = test::random_observations(*graph, 3);
    const auto engine = nn::make_engine("cpu", graph);
    Session together(*engine,
                     parse_methods("hirescam,hirescam:target=margin,hirescam:target=action/2,"
                                   "lrp:target=margin,occlusion:window=28:target=value,sobel"));
    const std::vector<int> chosen{1, 0, 3};
    for (const bool bytes : {true, false}) {
      const Tensor floats = floats_of(states);
      const TensorView values =
          bytes ? together.forward(states.view()) : together.forward(floats.view());
      EXPECT_EQ(values.shape(), (Shape{3, graph->actions()}));
      together.explain(std::vector(3, Target::greedy()), chosen);
      const std::vector<std::pair<std::string, std::string>> apart{
          {"hirescam", "greedy"}, {"hirescam", "margin"},           {"hirescam", "action:2"},
          {"lrp", "margin"},      {"occlusion:window=28", "value"}, {"sobel", "greedy"}};
      for (std::size_t m = 0; m < apart.size(); ++m) {
        Session alone(*engine, parse_methods(apart[m].first));
        alone.forward(states.view());
        std::vector<Target> targets;
        for (const int action : chosen)
          targets.push_back(Target::parse(apart[m].second).of_choice(action));
        alone.explain(targets);
        for (std::int64_t n = 0; n < 3; ++n) {
          EXPECT_LT(test::relative_difference(together.result(m, n).raw.values(),
                                              alone.result(0, n).raw.values()),
                    1e-4)
              << network << " " << apart[m].first << " " << apart[m].second;
        }
      }
    }
    EXPECT_THROW(together.explain(std::vector(12, Target::greedy())), Error) << "one a state";
    EXPECT_THROW(together.explain(std::vector(3, Target::greedy()), std::vector{1}), Error);
  }
}

TEST(OwnTarget, WithoutAChosenActionTheGreedyOneIsMeant) {
  const auto graph = test::small_graph();
  const auto states = test::random_observations(*graph, 2);
  const auto engine = nn::make_engine("reference", graph);
  Session session(*engine, parse_methods("gradcam:target=chosen,gradcam"));
  session.forward(states.view());
  session.explain(std::vector(2, Target::greedy()));
  for (std::int64_t n = 0; n < 2; ++n) {
    EXPECT_TRUE(
        std::ranges::equal(session.result(0, n).raw.values(), session.result(1, n).raw.values()));
  }
}

TEST(OwnTarget, RefusesTargetsThatCannotBe) {
  const auto graph = test::small_graph();
  const auto engine = nn::make_engine("reference", graph);
  for (const char* wrong :
       {"gradcam:target=best", "gradcam:target=action/9", "gradcam:target=action",
        "gradcam:target=entropy", "sobel:target=margin"}) {
    try {
      const Session session(*engine, parse_methods(wrong));
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kBadUsage) << error.what();
    }
  }
}

}  // namespace
}  // namespace arcadecam::explain
