#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "render/steps.h"
#include "render/stills_sink.h"
#include "support/golden.h"

namespace arcadecam::render {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::vector<std::uint8_t>> stills_in(const fs::path& folder) {
  std::map<std::string, std::vector<std::uint8_t>> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder))
    files[entry.path().filename()] = read_file(entry.path());
  return files;
}

StillsOptions options_of(std::int64_t every) {
  StillsOptions options;
  options.every = every;
  options.lines = 210;
  return options;
}

/// The stills of a run whose object moves, so that every step looks different.
std::map<std::string, std::vector<std::uint8_t>> written(const fs::path& folder, int steps,
                                                         std::int64_t every, bool whole = true) {
  {
    StillsSink sink(folder, options_of(every));
    test::Steps run(2, 6);
    sink.begin(run.info);
    for (int i = 0; i < steps; ++i) {
      run.paint_object(0.05 * (i % 20), 0.3);
      sink.write(run.next());
    }
    if (whole) sink.end({});
  }
  return stills_in(folder);
}

TEST(Stills, EveryChosenStepOfEveryMethodIsThere) {
  const test::TemporaryFolder folder;
  const auto files = written(folder.path() / "stills", 9, 4);
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{
                       "e0000_s000000_method0.png", "e0000_s000000_method0_observation.png",
                       "e0000_s000000_method1.png", "e0000_s000000_method1_observation.png",
                       "e0000_s000004_method0.png", "e0000_s000004_method0_observation.png",
                       "e0000_s000004_method1.png", "e0000_s000004_method1_observation.png",
                       "e0000_s000008_method0.png", "e0000_s000008_method0_observation.png",
                       "e0000_s000008_method1.png", "e0000_s000008_method1_observation.png"}));
}

// The run paints the next steps over what the waiting pictures are drawn from.
TEST(Stills, ShowTheStepsOwnScreenAndMap) {
  const test::TemporaryFolder folder;
  const auto fast = written(folder.path() / "fast", 12, 1);
  ASSERT_EQ(fast.size(), 48U);
  // One run per step: nothing is painted while its pictures are drawn.
  for (int step : {0, 5, 11}) {
    const fs::path alone = folder.path() / std::to_string(step);
    StillsSink sink(alone, options_of(1));
    test::Steps run(2, 6);
    sink.begin(run.info);
    for (int i = 0; i <= step; ++i) {
      run.paint_object(0.05 * (i % 20), 0.3);
      const episode::Step next = run.next();
      if (i == step) sink.write(next);
    }
    sink.end({});
    for (const auto& [name, bytes] : stills_in(alone)) EXPECT_EQ(bytes, fast.at(name)) << name;
  }
}

TEST(Stills, AFailureIsThrownByALaterCall) {
  const test::TemporaryFolder folder;
  const fs::path stills = folder.path() / "stills";
  // A folder stands where a picture is to be.
  fs::create_directories(stills / "e0000_s000000_method0.png");
  EXPECT_THROW(written(stills, 1, 1), Error);
  EXPECT_THROW(written(stills, 200, 1, false), Error) << "before the end too";
}

TEST(Stills, WhatIsInterruptedLeavesWholePicturesAlone) {
  const test::TemporaryFolder folder;
  const auto some = written(folder.path() / "some", 6, 1, false);
  const auto all = written(folder.path() / "all", 6, 1);
  EXPECT_LT(some.size(), 25U);
  for (const auto& [name, bytes] : stills_in(folder.path() / "some"))
    EXPECT_EQ(bytes, all.at(name)) << name;
}

}  // namespace
}  // namespace arcadecam::render
