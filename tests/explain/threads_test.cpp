// Agents in threads of their own share nothing that is written: they give what they give alone.
// A race detector can run it, too. valgrind --tool=drd does not understand the guards of local
// statics and reports them, and oneDNN's own.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

class Threads : public testing::TestWithParam<std::string> {
 protected:
  /// What an agent says of a few states, one after the other, with an engine and a session of its
  /// own.
  [[nodiscard]] static std::vector<float> run_agent(const std::string& engine_id) {
    const std::shared_ptr<const nn::Graph> graph = test::small_graph();
    const auto engine = nn::make_engine(engine_id, graph);
    Session session(*engine, parse_methods("fullgrad++,gradcam,lrp,guided-backprop,random"));
    const ByteTensor states = test::random_observations(*graph, 6);
    std::vector<float> all;
    for (std::int64_t n = 0; n < 6; n += 2) {
      const ByteTensorView two(states[n].data(), states.shape().inner().batch_of(2));
      session.forward(two);
      session.explain(std::vector(2, Target::parse("margin")));
      for (std::size_t m = 0; m < session.method_count(); ++m) {
        const auto map = session.result(m, 1).map.values();
        all.insert(all.end(), map.begin(), map.end());
      }
    }
    return all;
  }
};

TEST_P(Threads, TwoAgentsInTwoThreadsSayWhatOneSaysAlone) {
  std::vector<float> one, other;
  // First of all, so that what is made on the first use is made by both at once.
  std::thread first([&] { one = run_agent(GetParam()); });
  std::thread second([&] { other = run_agent(GetParam()); });
  first.join();
  second.join();
  const std::vector<float> alone = run_agent(GetParam());
  EXPECT_FALSE(alone.empty());
  EXPECT_EQ(one, alone);
  EXPECT_EQ(other, alone);
}

INSTANTIATE_TEST_SUITE_P(Engines, Threads, testing::Values("onednn", "reference"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace arcadecam::explain
