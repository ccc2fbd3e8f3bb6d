#include "app/options/game_switches.h"

#include <gtest/gtest.h>

#include "app/program.h"

namespace arcadecam::app {
namespace {

TEST(GameSwitches, AreTheProtocols) {
  atari::Protocol protocol = atari::modern();
  protocol.difficulty = 2;
  GameSwitches switches;
  switches.mode = 1;
  switches.set(protocol);
  EXPECT_EQ(protocol.mode, 1);
  EXPECT_EQ(protocol.difficulty, std::nullopt) << "the game's own";
}

TEST(GameSwitches, AreTheSameOptionsOfEveryCommandThatPlays) {
  for (const char* command :
       {"play", "explain", "compare", "figure", "check", "serve", "evaluate", "replay"}) {
    const test::Result help = test::arcadecam(std::string(command) + " --help");
    EXPECT_EQ(help.code, 0) << command;
    for (const char* option : {"--mode M", "--difficulty D"})
      EXPECT_TRUE(test::contains(help.text, option)) << command << help.text;
  }
}

}  // namespace
}  // namespace arcadecam::app
