#include "game/playable.h"

#include <gtest/gtest.h>

#include "arcadecam/core/error.h"
#include "support/error_of.h"
#include "support/golden.h"

namespace arcadecam::game {
namespace {

TEST(Playable, WhatTheGameHasIsPlayable) {
  atari::Protocol protocol = atari::modern();
  EXPECT_EQ(test::error_of([&] { check_playable(find_game("pong"), protocol); }), "");
  protocol.mode = 1;
  protocol.difficulty = 3;
  EXPECT_EQ(test::error_of([&] { check_playable(find_game("pong"), protocol); }), "");
}

TEST(Playable, SwitchesThatTheGameDoesNotHaveAreAWrongUse) {
  atari::Protocol protocol = atari::modern();
  const auto refusal = [&] {
    try {
      check_playable(find_game("pong"), protocol);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kBadUsage);
      return std::string(error.what());
    }
    return std::string();
  };
  protocol.mode = 7;
  EXPECT_EQ(refusal(), "Pong has no mode 7; the legal ones are: 0, 1");
  protocol.mode = 1;
  protocol.difficulty = 4;
  EXPECT_EQ(refusal(), "Pong has no difficulty 4; the legal ones are: 0, 1, 2, 3");
}

TEST(Playable, AMissingRomIsAnError) {
  const test::TemporaryFolder folder;
  const auto refusal =
      test::error_of([&] { check_playable(find_game("pong"), atari::modern(), folder.path()); });
  EXPECT_NE(refusal.find("the ROM of Pong is missing: there is no " +
                         (folder.path() / "pong.bin").string()),
            std::string::npos)
      << refusal;
  require_legal_switches(find_game("pong"), atari::modern());
}

}  // namespace
}  // namespace arcadecam::game
