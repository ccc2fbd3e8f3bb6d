// Agents in threads of their own share nothing that is written: they give what they give alone.
// scripts/thread_test.sh runs this under a race detector. valgrind --tool=drd does not understand
// the guards of local statics and reports them, and oneDNN's own.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

/// What an agent says of a few states, in batches of each size in turn, with an engine and a
/// session of its own.
std::vector<float> said(const std::shared_ptr<const nn::Graph>& graph, const std::string& engine_id,
                        const std::string& methods_text, const std::string& target) {
  const auto engine = nn::make_engine(engine_id, graph);
  Session session(*engine, parse_methods(methods_text));
  const ByteTensor states = test::random_observations(*graph, 6);
  std::vector<float> all;
  std::int64_t first = 0;
  for (const std::int64_t count : {2, 1, 3}) {
    const ByteTensorView some(states[first].data(), states.shape().inner().batch_of(count));
    first += count;
    session.forward(some);
    session.explain(std::vector(static_cast<std::size_t>(count), Target::parse(target)));
    for (std::size_t m = 0; m < session.method_count(); ++m) {
      for (std::int64_t n = 0; n < count; ++n) {
        const auto map = session.result(m, n).map.values();
        all.insert(all.end(), map.begin(), map.end());
      }
    }
  }
  return all;
}

/// Both threads work first, so that what is made on the first use is made by both at once.
template <class Work>
void expect_the_same_at_once(const Work& work) {
  std::array<std::vector<float>, 2> at_once;
  std::thread first([&] { at_once[0] = work(0); });
  std::thread second([&] { at_once[1] = work(1); });
  first.join();
  second.join();
  for (const int which : {0, 1}) {
    EXPECT_FALSE(at_once[static_cast<std::size_t>(which)].empty());
    EXPECT_EQ(at_once[static_cast<std::size_t>(which)], work(which));
  }
}

class Threads : public testing::TestWithParam<std::string> {};

TEST_P(Threads, TwoAgentsInTwoThreadsSayWhatOneSaysAlone) {
  expect_the_same_at_once([](int) {
    return said(test::small_graph(), GetParam(), "fullgrad++,gradcam,lrp,guided-backprop,random",
                "margin");
  });
}

TEST_P(Threads, EveryMethodOnTwoKindsOfNetwork) {
  std::string all;
  for (const Method* method : methods()) {
    if (!method->asks_objects) all += (all.empty() ? "" : ",") + std::string(method->id);
  }
  expect_the_same_at_once([&](int which) {
    return said(which == 0 ? test::small_graph() : test::residual_graph(), GetParam(), all,
                "greedy");
  });
}

TEST_P(Threads, TwoAgentsThatAreReadFromFiles) {
  expect_the_same_at_once([](int which) {
    const auto file = test::golden_dir() / "checkpoints" /
                      (which == 0 ? "dqn_flat.pt" : "cleanrl_dqn.cleanrl_model");
    const checkpoint::Checkpoint read = checkpoint::load(file);
    return said(std::make_shared<const nn::Graph>(read.graph), GetParam(), "fullgrad++,hirescam",
                "margin");
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, Threads, testing::Values("cpu", "reference"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace arcadecam::explain
