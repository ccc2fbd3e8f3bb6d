#include "episode/run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "arcadecam/core/error.h"
#include "arcadecam/core/npy.h"
#include "episode/csv_sink.h"
#include "episode/maps_sink.h"
#include "game/editor.h"
#include "support/golden.h"

namespace arcadecam::episode {
namespace {

/// Keeps what was decided.
class Recorder final : public Sink {
 public:
  std::vector<int> actions;
  std::vector<float> values;
  std::vector<std::uint8_t> newest;  ///< of all observations
  std::vector<bool> last;
  Summary summary;

 private:
  void on_begin(const RunInfo&) override {}
  void on_step(const Step& step) override {
    actions.push_back(step.decision.action);
    values.insert(values.end(), step.values.begin(), step.values.end());
    const auto plane = step.observation[3].values();
    newest.insert(newest.end(), plane.begin(), plane.end());
    last.push_back(step.last);
  }
  void on_end(const Summary& end) override { summary = end; }
};

RunOptions short_run() {
  RunOptions options;
  options.max_steps = 40;
  options.seed = 11;
  return options;
}

TEST(Run, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const agent::Agent pong = agent::load_agent("pong");
  Recorder a, b, c;
  RunOptions options = short_run();
  options.policy = agent::Policy::parse("egreedy", 0.3);
  run(pong, options, std::vector<Sink*>{&a});
  options.methods = explain::parse_methods("fullgrad++,gradcam");
  run(pong, options, std::vector<Sink*>{&b});
  EXPECT_EQ(a.actions, b.actions) << "explaining does not change the game";
  EXPECT_EQ(a.values, b.values);
  EXPECT_EQ(a.newest, b.newest);
  options.seed = 12;
  run(pong, options, std::vector<Sink*>{&c});
  EXPECT_NE(a.actions, c.actions);
}

TEST(Run, EpisodesDependOnSeedAndNumberAlone) {
  const agent::Agent breakout = agent::load_agent("breakout");
  Recorder two, one;
  RunOptions options;
  options.seed = 5;
  options.episodes = 2;
  options.policy = agent::Policy::parse("egreedy", 1.0);  // random play: short episodes
  const Summary summary = run(breakout, options, std::vector<Sink*>{&two});
  ASSERT_EQ(summary.episodes.size(), 2U);
  options.episodes = 1;
  run(breakout, options, std::vector<Sink*>{&one});
  EXPECT_TRUE(two.last[one.actions.size() - 1]);
  EXPECT_TRUE(std::equal(one.actions.begin(), one.actions.end(), two.actions.begin()));
  EXPECT_EQ(one.summary.episodes[0].score, summary.episodes[0].score);
  EXPECT_FALSE(summary.episodes[0].truncated);
}

TEST(Run, GivesSoundWhereItIsWanted) {
  class Listener final : public Sink {
   public:
    int rate = -1;
    std::vector<std::size_t> samples;

   private:
    void on_begin(const RunInfo& info) override { rate = info.sound_rate; }
    void on_step(const Step& step) override { samples.push_back(step.sound.size()); }
    void on_end(const Summary&) override {}
  };
  const agent::Agent pong = agent::load_agent("pong");
  RunOptions options;
  options.max_steps = 3;
  Listener without, with;
  run(pong, options, std::vector<Sink*>{&without});
  options.sound = true;
  run(pong, options, std::vector<Sink*>{&with});
  EXPECT_EQ(without.rate, 0);
  EXPECT_EQ(without.samples, std::vector<std::size_t>(3, 0));
  EXPECT_EQ(with.rate, 30'720);
  EXPECT_EQ(with.samples, std::vector<std::size_t>(3, 2048));
}

TEST(Run, WritesTableAndMapsThatAgree) {
  const test::TemporaryFolder folder;
  const agent::Agent pong = agent::load_agent("pong");
  RunOptions options = short_run();
  options.methods = explain::parse_methods("fullgrad++,fullgrad,gradcam:sigma=1");
  for (const char* name : {"a", "b"}) {
    CsvSink csv(folder.path() / (std::string(name) + ".csv"));
    MapsSink maps(folder.path() / (std::string(name) + ".npz"));
    run(pong, options, std::vector<Sink*>{&csv, &maps});
  }
  for (const char* kind : {".csv", ".npz"}) {
    std::ifstream a(folder.path() / (std::string("a") + kind)),
        b(folder.path() / (std::string("b") + kind));
    std::stringstream left, right;
    left << a.rdbuf();
    right << b.rdbuf();
    EXPECT_EQ(left.str(), right.str()) << "the same seed gives the same bytes";
  }
  std::ifstream csv(folder.path() / "a.csv");
  std::string header, row;
  std::getline(csv, header);
  EXPECT_TRUE(header.starts_with(
      "episode,step,action,action_name,greedy,q0,q1,q2,q3,q4,q5,margin,reward,score,"
      "lives,last,explained_action,target,fullgrad++.says_nothing,"
      "fullgrad++.weight._AtariNet__features.0"))
      << header;
  EXPECT_NE(header.find("fullgrad.residual"), std::string::npos);
  int rows = 0;
  while (std::getline(csv, row)) {
    EXPECT_EQ(std::count(row.begin(), row.end(), ','),
              std::count(header.begin(), header.end(), ','));
    ++rows;
  }
  EXPECT_EQ(rows, 40);
}

/// What object saliency says of the last step, and what was decided until then.
class ObjectScores final : public Sink {
 public:
  std::vector<int> actions;
  std::vector<explain::ObjectScore> scores;
  double value = 0;

 private:
  void on_begin(const RunInfo&) override {}
  void on_step(const Step& step) override {
    actions.push_back(step.decision.action);
    scores = step.attributions.front()->objects;
    value = static_cast<double>(step.values.front());
  }
  void on_end(const Summary&) override {}
};

TEST(Run, ObjectsAreTakenAwayByTheGameWhereAMethodAsksForIt) {
  const agent::Agent pong = agent::load_agent("pong");
  RunOptions options = short_run();
  options.methods = explain::parse_methods("object-saliency:without=game");
  options.target = explain::Target::action(0);
  ObjectScores sink;
  run(pong, options, std::vector<Sink*>{&sink});
  ASSERT_FALSE(sink.scores.empty());

  // The same by hand: the game is played to the same state, and each object is taken away in it.
  game::Environment environment(pong.game, pong.protocol);
  environment.keep_history();
  environment.reset(options.seed, 0);
  for (std::size_t i = 0; i + 1 < sink.actions.size(); ++i) environment.step(sink.actions[i]);
  game::Editor editor(pong.game, pong.protocol);
  const auto engine = nn::make_engine("cpu", pong.graph);
  nn::Tape tape;
  std::size_t removed = 0;
  for (const explain::ObjectScore& score : sink.scores) {
    const game::Redrawn drawn = editor.show(environment, game::remove(score.name));
    const ByteTensorView one(drawn.observation.data(), drawn.observation.shape().batch_of(1));
    engine->forward(one, {}, tape);
    const double without = static_cast<double>(tape.output().values().front());
    EXPECT_NEAR(score.score, sink.value - without, 1e-4) << score.name;
    removed += std::abs(score.score) > 1e-3 ? 1 : 0;
  }
  EXPECT_GE(removed, 2U);
}

TEST(Run, TheCallbackEndsIt) {
  const agent::Agent pong = agent::load_agent("pong");
  RunOptions options = short_run();
  options.max_steps = 3;
  std::int64_t steps = 0;
  options.on_step = [&](const Step&) { return ++steps < 2; };
  const Summary summary = run(pong, options, {});
  EXPECT_EQ(steps, 2);
  EXPECT_TRUE(summary.episodes.back().truncated);
}

TEST(SinkTest, ChecksTheOrderOfCalls) {
  Recorder sink;
  EXPECT_THROW(sink.write({}), Error);
  EXPECT_THROW(sink.end({}), Error);
  sink.begin({});
  EXPECT_THROW(sink.begin({}), Error);
  sink.end({});
  EXPECT_THROW(sink.end({}), Error);
}

TEST(StepTest, MarginIsTowardsTheBestOtherAction) {
  Step step;
  step.values = {1, 4, 2};
  step.decision = {1, true};
  EXPECT_DOUBLE_EQ(step.margin(), 2);
  step.decision = {0, false};
  EXPECT_DOUBLE_EQ(step.margin(), -3);
}

TEST(SummaryTest, MeanAndSampleDeviation) {
  Summary summary;
  for (const double score : {9.0, 13.0, 15.0, 4.0, 11.0, 15.0})
    summary.episodes.push_back({0, 1, score, false});
  EXPECT_NEAR(summary.mean_score(), 11.1667, 1e-4);
  EXPECT_NEAR(summary.score_deviation(), 4.2151, 1e-4);
}

}  // namespace
}  // namespace arcadecam::episode
