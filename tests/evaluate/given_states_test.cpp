// States that an agent did not bring about itself.
#include "evaluate/given_states.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "arcadecam/nn/engine.h"
#include "episode/run.h"
#include "episode/trace_sink.h"
#include "evaluate/states.h"
#include "support/error_of.h"
#include "support/golden.h"

namespace arcadecam::evaluate {
namespace {

/// Pong, played at random by an agent that decides otherwise.
episode::Trace random_run(const agent::Agent& agent, const std::filesystem::path& file) {
  episode::RunOptions options;
  options.policy = agent::Policy::parse("egreedy", 1);
  episode::TraceSink sink(file);
  episode::run(agent, options, std::array<episode::Sink*, 1>{&sink});
  return episode::read_trace(file);
}

TEST(GivenStates, TheActionIsTheMeasuredAgentsOwn) {
  const test::TemporaryFolder folder;
  agent::Agent agent = agent::load_agent("pong");
  agent.protocol.max_frames = 4 * 40;
  const episode::Trace trace = random_run(agent, folder.path() / "trace");
  check_takes(agent, trace);
  std::vector<measure::State> states = sample_states(agent, trace, {30, 1}).states;
  ASSERT_EQ(states.size(), 30U);
  std::vector<int> recorded, own;
  for (const measure::State& state : states) recorded.push_back(state.action);
  take_own_actions(agent, "reference", states);
  const auto engine = nn::make_engine("reference", agent.graph);
  for (const measure::State& state : states) {
    own.push_back(state.action);
    nn::Tape tape;
    const ByteTensorView one(state.observation.data(), state.observation.shape().batch_of(1));
    engine->forward(one, {}, tape);
    const auto values = tape.output().values();
    EXPECT_EQ(state.action, std::ranges::max_element(values) - values.begin());
  }
  EXPECT_NE(own, recorded);
}

TEST(GivenStates, WhatDoesNotFitIsSaid) {
  const test::TemporaryFolder folder;
  agent::Agent pong = agent::load_agent("pong");
  pong.protocol.max_frames = 4 * 10;
  episode::Trace trace = random_run(pong, folder.path() / "trace");
  const auto error = [&](const agent::Agent& agent) {
    return test::error_of([&] { check_takes(agent, trace); });
  };
  EXPECT_NE(error(agent::load_agent("breakout")).find("and breakout plays Breakout"),
            std::string::npos);
  trace.protocol.pixels.width = 80;
  EXPECT_NE(error(pong).find("and the network takes"), std::string::npos);
}

TEST(GivenStates, AnArrayIsCutAndItsObservationsAreEpisodes) {
  const test::TemporaryFolder folder;
  const agent::Agent agent = agent::load_agent("pong");
  ByteTensor array(Shape{3, 4, 84, 84});
  for (std::size_t i = 0; i < array.values().size(); ++i)
    array.values()[i] = static_cast<std::uint8_t>(i % 251);
  const auto file = folder.path() / "s.npy";
  write_npy<std::uint8_t>(file, array.view());
  const auto states = states_of_array(agent, file, 2);
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ(states[1].episode, 1);
  EXPECT_EQ(states[1].index, 1);
  EXPECT_TRUE(std::ranges::equal(states[1].observation.values(),
                                 array.values().subspan(4 * 84 * 84, 4 * 84 * 84)));
  EXPECT_EQ(states_of_array(agent, file, 9).size(), 3U);
  write_npy<float>(file, Tensor(Shape{3, 4, 84, 84}).view());
  EXPECT_NE(test::error_of([&] { (void)states_of_array(agent, file, 2); }).find("found float32"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::evaluate
