// What variations cost, and whether something foretells it: against closed forms and counting.
#include "evaluate/foresight.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "agent/agent.h"
#include "episode/run.h"
#include "episode/trace_sink.h"
#include "evaluate/attention.h"
#include "evaluate/variation_effects.h"
#include "support/error_of.h"

namespace arcadecam::evaluate {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

TEST(VariationEffects, AreOfPairsOfEpisodes) {
  const std::vector<double> plain{10, 20, 30}, varied{11, 20, 32};
  const Effect effect = effect_of(plain, varied, 3);
  EXPECT_DOUBLE_EQ(effect.score, 21);
  EXPECT_DOUBLE_EQ(effect.change, 1);
  // Four of the eight ways to flip the signs of 1, 0 and 2 reach 3 in absolute value.
  EXPECT_DOUBLE_EQ(effect.p, 0.5);
  // Three episodes drawn again: the mean is between 0 and 2, in thirds; 1 of 27 draws is each end.
  EXPECT_DOUBLE_EQ(effect.interval.low, 0);
  EXPECT_DOUBLE_EQ(effect.interval.high, 2);
  // Scores vary far more than their pairs do.
  EXPECT_GT(effect.score_interval.high - effect.score_interval.low, 10);
  const Effect none = effect_of(plain, plain, 3);
  EXPECT_EQ(none.change, 0);
  EXPECT_EQ(none.interval.low, 0);
  EXPECT_EQ(none.interval.high, 0);
  EXPECT_EQ(none.p, 1);
  EXPECT_EQ(test::error_of([&] { (void)effect_of(plain, std::vector<double>{1}, 0); }),
            "pairs of episodes need the same episodes of both games, found 3 and 1");
}

/// An agent whose variations lose this in each of three episodes.
MeasuredLosses losing(const std::vector<double>& losses) {
  MeasuredLosses measured;
  for (const double loss : losses) measured.by_variation.push_back({loss, loss, loss});
  return measured;
}

TEST(Foresight, OfForecastsInTheRightOrderInTheWrongOneAndInNone) {
  const std::vector<MeasuredLosses> losses{losing({1, -8, 3, 4})};
  const std::vector<Forecast> forecasts{{"wrong", {{30, 40, 20, 10}}},
                                        {"right", {{0.1, 0.0, 0.2, 0.7}}},
                                        {"constant", {{5, 5, 5, 5}}},
                                        {"three", {{0.3, kNothing, 0.1, 0.2}}}};
  const auto found = foresight(losses, forecasts, 1, 1000);
  EXPECT_DOUBLE_EQ(found[0].with_loss, -1);
  EXPECT_DOUBLE_EQ(found[1].with_loss, 1);
  EXPECT_EQ(found[1].variations, 4);
  EXPECT_DOUBLE_EQ(found[1].minus_first, 2);
  // Two of the 24 orders of four losses correlate as much.
  EXPECT_NEAR(found[1].p, 2.0 / 24, 0.03);
  EXPECT_DOUBLE_EQ(found[1].loss_interval.high, 1);
  EXPECT_TRUE(std::isnan(found[2].with_loss));
  EXPECT_TRUE(std::isnan(found[2].loss_interval.low));
  EXPECT_EQ(found[2].p, 1);
  // Ranks 3, 1, 2 against 1, 2, 3: Σd² = 6, 1 − 6·6/(3·8).
  EXPECT_DOUBLE_EQ(found[3].with_loss, -0.5);
  EXPECT_EQ(found[3].variations, 3);
  // The size of the changes is 1, 8, 3, 4: against 30, 40, 20, 10, Σd² = 1 + 0 + 0 + 4 … .
  EXPECT_DOUBLE_EQ(found[0].with_change, measure::spearman(std::vector<double>{30, 40, 20, 10},
                                                           std::vector<double>{1, 8, 3, 4}));
}

TEST(Foresight, OfSeveralAgentsRanksWithinEach) {
  // Each agent's order is right, and the agents' scores and shares cannot be compared.
  const std::vector<MeasuredLosses> losses{losing({1, 2, 3}), losing({100, 300, 200, 400})};
  const std::vector<Forecast> forecasts{{"right", {{0.7, 0.8, 0.9}, {0.1, 0.3, 0.2, 0.4}}},
                                        {"one", {{0.7, 0.8, 0.9}, {0.4, 0.3, 0.2, 0.1}}}};
  const auto found = foresight(losses, forecasts, 1, 500);
  EXPECT_DOUBLE_EQ(found[0].with_loss, 1);
  EXPECT_EQ(found[0].variations, 7);
  // The slow way: ranks within each agent, centred, divided by their number.
  const std::vector<double> said{-1.0 / 3, 0, 1.0 / 3, 1.5 / 4, 0.5 / 4, -0.5 / 4, -1.5 / 4},
      lost{-1.0 / 3, 0, 1.0 / 3, -1.5 / 4, 0.5 / 4, -0.5 / 4, 1.5 / 4};
  double both = 0, one = 0, other = 0;
  for (std::size_t i = 0; i < said.size(); ++i) {
    both += said[i] * lost[i];
    one += said[i] * said[i];
    other += lost[i] * lost[i];
  }
  EXPECT_NEAR(found[1].with_loss, both / std::sqrt(one * other), 1e-12);
  EXPECT_LT(found[1].loss_interval.low, found[1].with_loss);
  EXPECT_GT(found[1].loss_interval.high, found[1].with_loss);
  EXPECT_EQ(foresight(losses, forecasts, 1, 500)[1].loss_interval.low, found[1].loss_interval.low);
}

TEST(Foresight, CountsThingsAndNotTheirVariations) {
  // Five variations that touch three things: however they are dealt, forecasts of three things
  // have six orders.
  MeasuredLosses losses = losing({1, 2, 3, 4, 5});
  losses.touched = {0, 0, 1, 1, 2};
  const std::vector<Forecast> forecasts{{"right", {{0.1, 0.1, 0.2, 0.2, 0.3}}}};
  const auto found = foresight(std::vector<MeasuredLosses>{losses}, forecasts, 4, 3000);
  EXPECT_EQ(found[0].variations, 5);
  EXPECT_EQ(found[0].things, 3);
  EXPECT_DOUBLE_EQ(found[0].with_loss,
                   measure::spearman(forecasts[0].values[0], std::vector<double>{1, 2, 3, 4, 5}));
  // Only the observed order and its reverse correlate as much.
  EXPECT_NEAR(found[0].p, 2.0 / 6, 0.03);
  // Each variation by itself would say more than is known.
  losses.touched.clear();
  const auto apart = foresight(std::vector<MeasuredLosses>{losses}, forecasts, 4, 3000);
  EXPECT_EQ(apart[0].things, 5);
  EXPECT_LT(apart[0].p, 0.15);
}

TEST(Foresight, SaysWhatDoesNotFit) {
  const std::vector<MeasuredLosses> losses{losing({1, 2})};
  EXPECT_EQ(test::error_of([&] {
              (void)foresight(losses, std::vector<Forecast>{{"short", {{1}}}}, 0);
            }),
            "the forecast short needs a value for each variation of each agent");
}

/// The maps of a planted agent, of which it is known that the opponent is nothing to it.
TEST(Attention, IsOnWhatTheVariationTouches) {
  agent::Agent agent = agent::load_agent("planted:pong");
  agent.protocol.max_frames = 4 * 300;
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / "arcadecam_attention_test.jsonl.gz";
  episode::RunOptions run;
  run.episodes = 2;
  episode::TraceSink sink(file);
  std::vector<episode::Sink*> sinks{&sink};
  episode::run(agent, run, sinks);
  const SampledStates sampled = sample_states(agent, episode::read_trace(file), {24, 0, "cpu"});
  std::filesystem::remove(file);

  std::vector<const game::Variation*> variations;
  for (const char* name : {"still-opponent", "slow-ball", "no-scores"})
    variations.push_back(&game::find_variation(agent.game, name));
  const std::vector<explain::MethodSpec> methods{{"input-x-gradient", {}}, {"random", {}}};
  const measure::Question question;
  const auto found = attention(agent, sampled, methods, variations, question);
  const Attention &opponent = found[0][0], &ball = found[0][1], &scores = found[0][2];
  EXPECT_GE(opponent.states, 20);
  EXPECT_GT(ball.states, 8);
  // All light is on objects that count, or on nothing.
  EXPECT_GT(ball.mass, 0.2);
  EXPECT_LT(opponent.mass, 0.1);
  EXPECT_LT(scores.mass, 0.01);
  for (std::size_t v = 0; v < variations.size(); ++v) {
    // A random map is spread evenly.
    EXPECT_NEAR(found[1][v].mass / found[1][v].size, 1, 0.1) << v;
    EXPECT_GT(found[1][v].size, 0.001);
    EXPECT_LT(found[1][v].size, 0.15);
  }
}

}  // namespace
}  // namespace arcadecam::evaluate
