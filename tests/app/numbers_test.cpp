// Options that take numbers: which are refused, in every command, before anything is done.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/program.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

using test::arcadecam;
using test::contains;
using test::Result;

/// What no option takes for a whole number: signs, powers, fractions, other bases, blanks.
const std::vector<std::string> kNoWholeNumbers{"-1", "1e30", "2.5", "0x10",
                                               "+3", "nan",  "''",  "18446744073709551616"};

TEST(Numbers, NoOptionTakesWhatIsNoWholeNumberOfItsRange) {
  const std::map<std::string, std::vector<std::string>> options{
      {"play pong",
       {"--episodes", "--steps", "--seed", "--mode", "--difficulty", "--threads", "--jobs",
        "--group", "--randomize-weights"}},
      {"explain pong --out OUT",
       {"--still-every", "--still-height", "--video-height", "--gif-steps", "--highlights"}},
      {"compare pong --out OUT", {"--states", "--video-steps", "--video-height"}},
      {"evaluate pong --out OUT",
       {"--states", "--episodes", "--episode-steps", "--played-episodes", "--seed", "--jobs"}},
      {"bench pong",
       {"--batch", "--threads", "--environments", "--group", "--rounds", "--randomize-weights"}},
      {"map pong --states none --out none", {"--batch", "--threads", "--randomize-weights"}},
      {"figure pong --out OUT", {"--steps-at"}}};
  const test::TemporaryFolder folder;
  const std::string out = (folder.path() / "out").string();
  for (const auto& [command, names] : options) {
    std::string line = command;
    if (const auto at = line.find("OUT"); at != std::string::npos) line.replace(at, 3, out);
    std::size_t which = 0;  // a few of them each: every start of the program costs
    for (const std::string& name : names) {
      for (int i = 0; i < 4; ++i) {
        const std::string& value = kNoWholeNumbers[which++ % kNoWholeNumbers.size()];
        const Result result = arcadecam(line + " " + name + " " + value);
        EXPECT_EQ(result.code, 2) << command << " " << name << " " << value << result.text;
        EXPECT_TRUE(contains(result.text, name)) << result.text;
      }
    }
  }
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST(Numbers, AreRefusedWithTheRange) {
  const Result seed = arcadecam("play pong --seed -1");
  EXPECT_TRUE(contains(seed.text, "'-1': expected a whole number from 0 to 2^64 - 1")) << seed.text;
  const Result steps = arcadecam("play pong --steps 1e30");
  EXPECT_TRUE(contains(steps.text, "'1e30': expected a whole number from 1 to 1000000000000"))
      << steps.text;
  for (const char* arguments :
       {"--epsilon nan", "--epsilon -0.1", "--epsilon 1.5", "--epsilon 0,5", "--divide-by 0",
        "--divide-by inf", "--divide-by -255", "--max-size -1", "--max-size 1e30",
        "--max-size 9999999EB", "--max-size 2XB", "--max-size GB"}) {
    EXPECT_EQ(arcadecam(std::string("play pong --steps 1 ") + arguments).code, 2) << arguments;
  }
  EXPECT_EQ(arcadecam("bench pong --seconds nan").code, 2);
  EXPECT_EQ(arcadecam("figure pong --steps-at 1 --enlarge nan --out none").code, 2);
}

TEST(Numbers, DecimalsStayWhatTheyAre) {
  const test::TemporaryFolder folder;
  const std::string trace = (folder.path() / "trace.gz").string();
  // 010 is ten, as people write it, and the largest seed is no smaller number.
  const Result ten = arcadecam(
      "play pong --steps 010 --seed 18446744073709551615 --max-size "
      "1.5GiB --epsilon 1e-3 --full-speed --trace " +
      trace);
  ASSERT_EQ(ten.code, 0) << ten.text;
  EXPECT_TRUE(contains(ten.text, "in 10 steps")) << ten.text;
  EXPECT_TRUE(contains(test::run("gzip -dc " + trace).text, "18446744073709551615"));
}

TEST(Numbers, ArraysOfTrueAndFalseAreNoStatesAndNoActions) {
  const test::TemporaryFolder folder;
  const std::string file = (folder.path() / "bool.npy").string();
  const auto save = [&](const Shape& shape) {
    std::string bytes = to_npy<std::uint8_t>(ByteTensor(shape).view());
    bytes.replace(bytes.find("|u1"), 3, "|b1");
    OutputFile output(file);
    output.write(bytes);
    output.commit();
  };
  save({1, 4, 84, 84});
  const Result map = arcadecam("map pong --states " + file + " --out " + file + ".out");
  EXPECT_EQ(map.code, 1);
  EXPECT_TRUE(contains(map.text, "uint8 or float")) << map.text;
  EXPECT_TRUE(contains(map.text, "found bool")) << map.text;
  save({5});
  const Result replay = arcadecam("replay --game pong --protocol modern --seed 1 --actions " +
                                  file + " --out " + folder.path().string() + "/out");
  EXPECT_EQ(replay.code, 1);
  EXPECT_TRUE(contains(replay.text, "found elements of type bool")) << replay.text;
}

}  // namespace
}  // namespace arcadecam
