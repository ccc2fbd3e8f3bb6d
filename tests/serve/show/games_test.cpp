// Earlier games of a show, other kinds of agents, and the ends of games.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "agent/agent.h"
#include "serve/show/show.h"
#include "serve/show/shows.h"
#include "support/error_of.h"
#include "support/golden.h"

namespace arcadecam::serve {
namespace {

/// Pong whose episodes are over after a few steps.
std::unique_ptr<Show> short_pong(int steps, std::uint64_t seed = 3) {
  agent::Agent agent = agent::load_agent("pong");
  agent.protocol.max_frames = 4 * steps;
  auto show = std::make_unique<Show>(std::move(agent), seeded(seed));
  show->ask(std::vector<Tile>{{"fullgrad++"}});
  return show;
}

std::vector<std::string> play_on(Show& show, int steps) {
  std::vector<std::string> seen{digest_of(show.moment())};
  for (int i = 0; i < steps; ++i) {
    show.advance();
    seen.push_back(digest_of(show.moment()));
  }
  return seen;
}

TEST(ShowGames, AnEarlierGameIsGoneBackToAndPlayedOnExactly) {
  const auto show = pong();
  const auto first = play_on(*show, 70);
  show->seek(40);
  show->reset(std::nullopt);
  EXPECT_EQ(show->game(), 2);
  EXPECT_EQ(show->moment().episode, 1);
  const auto second = play_on(*show, 20);
  EXPECT_NE(second[20], first[20]);
  show->go_to_game(1);
  EXPECT_EQ(show->game(), 1);
  EXPECT_EQ(show->moment().episode, 0);
  EXPECT_EQ(show->moment().step, 70);
  EXPECT_EQ(digest_of(show->moment()), first[70]);
  show->seek(33);
  EXPECT_EQ(digest_of(show->moment()), first[33]);
  show->seek(70);
  const auto on = play_on(*show, 10);
  const auto games = show->games();
  ASSERT_EQ(games.size(), 2U);
  EXPECT_EQ(games[0].number, 1);
  EXPECT_EQ(games[0].steps, 80);
  EXPECT_EQ(games[1].steps, 20);
  EXPECT_FALSE(games[0].over);
  show->go_to_game(2);
  EXPECT_EQ(digest_of(show->moment()), second[20]);
  // The same game played in one go.
  const auto alone = pong();
  const auto whole = play_on(*alone, 80);
  EXPECT_EQ(on.back(), whole.back());
}

TEST(ShowGames, TheNextGameIsOneThatWasNotPlayedYet) {
  const auto show = pong();
  play_on(*show, 3);
  show->reset(std::nullopt);
  play_on(*show, 3);
  show->go_to_game(1);
  show->reset(std::nullopt);
  EXPECT_EQ(show->moment().episode, 2);
  EXPECT_EQ(show->game(), 3);
  show->reset(9, 4);
  EXPECT_EQ(show->moment().episode, 4);
  EXPECT_EQ(show->seed(), 9U);
  const std::string by_number = digest_of(show->moment());
  const auto other = pong(9);
  for (int i = 0; i < 4; ++i) other->reset(std::nullopt);
  EXPECT_EQ(digest_of(other->moment()), by_number)
      << "an episode is the same however it is come to";
  EXPECT_EQ(other->games().size(), 1U) << "games without a step are not kept";
}

TEST(ShowGames, KeepsTheNewestOnes) {
  const auto show = short_pong(100);
  for (std::size_t i = 0; i < Show::kMostGames + 3; ++i) {
    play_on(*show, 2);
    show->reset(std::nullopt);
  }
  play_on(*show, 100);
  const auto games = show->games();
  EXPECT_EQ(games.size(), Show::kMostGames + 1);
  EXPECT_TRUE(games.back().over) << "by its limit of frames";
  EXPECT_FALSE(games.front().over);
  EXPECT_EQ(games.front().number, 4);
  EXPECT_NE(test::error_of([&] { show->go_to_game(3); }).find("16"), std::string::npos);
  EXPECT_NE(test::error_of([&] { show->go_to_game(99); }), "");
}

TEST(ShowGames, ALongGameIsThinnedAndStillExact) {
  const auto show = pong();
  const auto seen = play_on(*show, 64 * 33);
  EXPECT_GT(show->line().kept(), Show::kMostKeptEach);
  show->reset(std::nullopt);
  play_on(*show, 1);
  show->go_to_game(1);
  EXPECT_LE(show->line().kept(), Show::kMostKeptEach);
  for (const std::size_t step : {1000U, 63U, 2111U, 2112U}) {
    if (step >= seen.size()) continue;
    show->seek(static_cast<std::int64_t>(step));
    EXPECT_EQ(digest_of(show->moment()), seen[step]) << step;
  }
}

TEST(ShowGames, SavedStatesStayWithinTheirLimitAndEveryStepIsGoneBackTo) {
  ShowOptions options = seeded(3);
  options.most_states = 32;
  Show show(agent::load_agent("pong"), options);
  // The trunk alone, which is longer than its states would reach.
  const auto trunk = play_on(show, 32 * 40);
  EXPECT_LE(show.states(), 32U);
  EXPECT_GE(show.states(), 16U) << "half of them are given up, not more";
  // Branches of branches, and games before this one.
  for (int i = 0; i < 4; ++i) {
    show.branch({{}, {{13, static_cast<std::uint8_t>(i)}}});
    play_on(show, 32 * 6);
    EXPECT_LE(show.states(), 32U);
  }
  show.return_to_trunk();
  for (const std::size_t step : {1279U, 5U, 700U}) {
    show.seek(static_cast<std::int64_t>(step));
    EXPECT_EQ(digest_of(show.moment()), trunk[step]) << step;
  }
  for (std::size_t i = 0; i < Show::kMostGames + 1; ++i) {
    show.reset(std::nullopt);
    play_on(show, 40);
    EXPECT_LE(show.states(), 32U) << "game " << show.game();
  }
  EXPECT_EQ(show.games().size(), Show::kMostGames + 1) << "a game's first state is always kept";
}

TEST(ShowGames, TheWayToABranchOfABranchIsTold) {
  const auto show = pong();
  play_on(*show, 40);
  ASSERT_EQ(show->way().size(), 1U);
  EXPECT_EQ(show->way()[0].first, 0);
  EXPECT_EQ(show->way()[0].by_hand, std::nullopt);
  const Edits first{{}, {{13, 7}}}, second{{}, {{13, 9}, {14, 2}}};
  show->seek(20);
  show->branch(first);
  play_on(*show, 10);
  show->branch(second);
  play_on(*show, 3);
  const auto way = show->way();
  ASSERT_EQ(way.size(), 3U);
  EXPECT_EQ(way[1].first, 20);
  EXPECT_EQ(json_of(way[1].edits).dump(), json_of(first).dump());
  EXPECT_EQ(way[2].first, 30);
  EXPECT_EQ(json_of(way[2].edits).dump(), json_of(second).dump());
  const std::string there = digest_of(show->moment());
  // Whoever goes the same way comes to the same state.
  const auto again = pong();
  for (std::size_t i = 1; i < way.size(); ++i) {
    while (again->moment().step < way[i].first) again->advance();
    again->branch(way[i].edits);
  }
  while (again->moment().step < 33) again->advance();
  EXPECT_EQ(digest_of(again->moment()), there);
  // What a person played is told as well: it is no part of such a way.
  show->take();
  show->hold("LEFT");
  play_on(*show, 2);
  show->hand_back();
  play_on(*show, 2);
  EXPECT_EQ(show->way()[2].by_hand, 33);
  EXPECT_EQ(show->way()[1].by_hand, std::nullopt);
}

TEST(ShowGames, ATraceIsOfTheGameThatIsShown) {
  const auto show = pong();
  play_on(*show, 12);
  const episode::Trace first = show->trace();
  show->reset(std::nullopt);
  play_on(*show, 5);
  EXPECT_EQ(show->trace().episodes[0].number, 1);
  show->go_to_game(1);
  EXPECT_EQ(show->trace(), first);
}

TEST(ShowGames, ABranchEndsWithItsGameAndTheTrunkGoesOn) {
  const auto show = short_pong(30);
  play_on(*show, 10);
  show->branch({{}, {{13, 7}}});
  while (!show->moment().over) show->advance();
  EXPECT_EQ(show->moment().step, 30);
  EXPECT_NE(test::error_of([&] { show->branch({{}, {{13, 7}}}); }).find("over"), std::string::npos);
  const BranchComparison compared = show->compare(50);
  EXPECT_EQ(compared.branch.size(), 20U) << "no longer than the game";
  EXPECT_EQ(compared.trunk.size(), 20U);
  show->return_to_trunk();
  EXPECT_FALSE(show->moment().over);
  EXPECT_EQ(show->moment().step, 10);
}

TEST(ShowGames, AnExcerptBeginsAtAStateThatIsKept) {
  const auto show = pong();
  EXPECT_NE(test::error_of([&] { (void)show->excerpt(0, 0); }), "") << "nothing was played";
  play_on(*show, 50);
  const Excerpt excerpt = show->excerpt(40, 45);
  EXPECT_EQ(excerpt.begin.beside.step, 32);
  ASSERT_EQ(excerpt.moves.size(), 14U);
  EXPECT_EQ(excerpt.moves.back().action, show->line().move(45).action);
  EXPECT_NE(test::error_of([&] { (void)show->excerpt(40, 50); }).find("0 to 49"),
            std::string::npos);
  show->seek(20);
  show->branch({{}, {{13, 7}}});
  play_on(*show, 4);
  EXPECT_EQ(show->excerpt(20, 23).branch, 1);
  EXPECT_NE(test::error_of([&] { (void)show->excerpt(19, 23); }).find("branch"), std::string::npos);
}

TEST(ShowGames, TheAdvantageIsTheChosenActionsValueOverTheMean) {
  const auto show = pong();
  play_on(*show, 5);
  const auto& values = show->moment().estimate.values;
  const double mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  ASSERT_TRUE(show->moment().estimate.advantage);
  EXPECT_NEAR(*show->moment().estimate.advantage, *std::ranges::max_element(values) - mean, 1e-6);
  EXPECT_FLOAT_EQ(show->line().opinions()[5].advantage,
                  static_cast<float>(*show->moment().estimate.advantage));
}

/// A small checkpoint of the tests that plays Pong.
std::unique_ptr<Show> golden_pong(const std::string& file) {
  agent::AgentOptions agent_options;
  agent_options.game_otherwise = "pong";
  return std::make_unique<Show>(
      agent::load_agent((test::golden_dir() / "agents" / file).string(), agent_options), seeded(3));
}

TEST(ShowGames, ARecurrentAgentGoesBackExactly) {
  for (const char* file : {"cleanrl_lstm.cleanrl_model", "sb3_lstm.zip"}) {
    const auto show = golden_pong(file);
    show->ask(std::vector<Tile>{{"saliency"}});
    const auto seen = play_on(*show, 50);
    for (const std::size_t step : {7U, 49U, 33U, 0U}) {
      show->seek(static_cast<std::int64_t>(step));
      ASSERT_EQ(digest_of(show->moment()), seen[step]) << file << " " << step;
    }
    show->seek(20);
    for (std::size_t step = 21; step <= 50; ++step) {
      show->advance();
      ASSERT_EQ(digest_of(show->moment()), seen[step]) << file << " " << step;
    }
    show->reset(std::nullopt);
    play_on(*show, 3);
    show->go_to_game(1);
    EXPECT_EQ(digest_of(show->moment()), seen[50]);
    const ShownStep past = show->explained(25, std::vector<Tile>{{"saliency"}});
    EXPECT_EQ(past.estimate.chosen, [&] {
      show->seek(25);
      return show->moment().estimate.chosen;
    }());
    EXPECT_FALSE(past.estimate.advantage) << "a policy has none";
  }
}

TEST(ShowGames, ADistributionalAgentShowsItsDistributions) {
  const auto show = golden_pong("pfrl_c51.pt");
  show->ask(std::vector<Tile>{{"saliency"}});
  play_on(*show, 4);
  const Tensor& distribution = show->moment().estimate.distribution;
  ASSERT_EQ(distribution.shape().rank(), 2);
  EXPECT_EQ(distribution.shape()[0], 6);
  EXPECT_EQ(distribution.shape()[1], std::ssize(show->network().atoms()));
  for (std::int64_t action = 0; action < 6; ++action) {
    const auto row = std::as_const(distribution)[action].values();
    double sum = 0, mean = 0;
    for (std::size_t atom = 0; atom < row.size(); ++atom) {
      sum += static_cast<double>(row[atom]);
      mean += static_cast<double>(row[atom]) * static_cast<double>(show->network().atoms()[atom]);
    }
    EXPECT_NEAR(sum, 1, 1e-4);
    EXPECT_NEAR(mean, show->moment().estimate.values[static_cast<std::size_t>(action)], 1e-3);
  }
}

}  // namespace
}  // namespace arcadecam::serve
