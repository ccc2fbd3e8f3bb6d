#include "sweep/spec.h"

#include <gtest/gtest.h>

#include "support/error_of.h"

namespace arcadecam::sweep {
namespace {

constexpr const char* kWhole = R"(
files = ["zoo/{game}/{run}/model_{step}.gz", "more/*.pt"]
games = ["Pong"]
seeds = [0, 3]
methods = ["fullgrad++", "gradcam:layer=2"]
measures = "shape"
keep_tables = true

[states]
count = 40
episodes = 4
from = "run.jsonl.gz"
score_episodes = 5

[reading]
as = "nature"
divide_by = 255
ignore = ["target."]

[options]
mode = 1
baselines = false
)";

TEST(Spec, EveryKeyIsRead) {
  const Spec spec = parse_spec(kWhole, "/data", "t");
  EXPECT_EQ(spec.files.size(), 2U);
  EXPECT_EQ(spec.games, std::vector<std::string>{"Pong"});
  EXPECT_EQ(spec.seeds, (std::vector<std::uint64_t>{0, 3}));
  EXPECT_EQ(spec.methods, "fullgrad++,gradcam:layer=2");
  EXPECT_EQ(spec.measures, "shape");
  EXPECT_EQ(spec.states_from, "/data/run.jsonl.gz");
  EXPECT_EQ(spec.score_episodes, 5);
  EXPECT_TRUE(spec.keep_tables);
  const std::vector<std::pair<std::string, std::string>> options{
      {"states", "40"},      {"episodes", "4"}, {"as", "nature"},      {"divide-by", "255"},
      {"ignore", "target."}, {"mode", "1"},     {"baselines", "false"}};
  EXPECT_EQ(spec.options, options);
}

TEST(Spec, WhatIsWrongIsSaidWithItsLine) {
  const std::string good = "files = 'a'\nmethods = 'sobel'\nmeasures = 'shape'\n";
  EXPECT_EQ(parse_spec(good, ".", "t").seeds, std::vector<std::uint64_t>{0});
  for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
           {"", "t: expected files = "},
           {"files = 'a'", "expected methods = "},
           {good + "nosuch = 1", "t: line 4: there is no key 'nosuch'"},
           {good + "[states]\ncuont = 1",
            "t: line 5: [states] there is no key 'cuont'; the nearest"},
           {good + "seeds = [1, -1]", "t: line 4: seeds: expected a whole number from 0"},
           {good + "seeds = [1, 1]", "seeds: a number stands there twice"},
           {good + "games = [1]", "t: line 4: games: expected a text"},
           {good + "states = 3", "t: line 4: states: expected a table"},
           {good + "[options]\ntarget = []",
            "t: line 5: [options] target: expected a text or a number"},
           {"files = ", "t: line 1: "}}) {
    const std::string error = test::error_of([&text = text] { (void)parse_spec(text, ".", "t"); });
    EXPECT_NE(error.find(part), std::string::npos) << error;
  }
}

// TOML nests without end; the reader does not follow.
TEST(Spec, DeepNestingIsAnError) {
  const std::string deep = "a = " + std::string(100'000, '[');
  EXPECT_NE(test::error_of([&] { (void)parse_spec(deep, ".", "t"); }), "");
}

}  // namespace
}  // namespace arcadecam::sweep
