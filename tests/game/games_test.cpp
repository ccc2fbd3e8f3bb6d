#include "game/games.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "game/environment.h"
#include "game/rom_folder.h"
#include "support/error_of.h"
#include "support/golden.h"

namespace arcadecam::game {
namespace {

TEST(GamesTest, ListsEveryGameOnce) {
  const auto all = games();
  EXPECT_EQ(all.size(), 104U);
  std::set<std::string> names, titles;
  for (const Game& game : all) {
    names.insert(game.name);
    titles.insert(game.title);
    EXPECT_EQ(game.rom_md5.size(), 32U) << game.name;
    EXPECT_GE(game.actions.size(), 3U) << game.name;
    const bool without_noop = game.name == "backgammon" || game.name == "video_checkers";
    EXPECT_EQ(game.actions.front(), without_noop ? 1 : atari::kNoop) << game.name;
    EXPECT_TRUE(std::ranges::count(game.modes, game.default_mode) == 1) << game.name;
    EXPECT_FALSE(game.difficulties.empty()) << game.name;
  }
  EXPECT_EQ(names.size(), all.size());
  EXPECT_EQ(titles.size(), all.size());
}

TEST(GamesTest, KnowsPongAndTheGoldenRoms) {
  const Game pong = find_game("pong");
  EXPECT_EQ(pong.title, "Pong");
  EXPECT_EQ(pong.actions, (std::vector<int>{0, 1, 3, 4, 11, 12}));
  EXPECT_EQ(pong.modes, (std::vector<int>{0, 1}));
  EXPECT_EQ(pong.difficulties, (std::vector<int>{0, 1, 2, 3}));
  for (const auto& [name, md5] : test::manifest().at("rom_md5").items()) {
    EXPECT_EQ(find_game(name).rom_md5, md5.get<std::string>());
  }
}

TEST(GamesTest, MatchesNamesLoosely) {
  for (const auto* name : {"AirRaid", "air_raid", "Air Raid", "AIR-RAID", "airraid"}) {
    EXPECT_EQ(find_game(name).name, "air_raid") << name;
  }
  EXPECT_EQ(find_game("Video Pinball").name, "video_pinball");
  EXPECT_EQ(find_game("Montezuma's Revenge").name, "montezuma_revenge");
  EXPECT_EQ(find_game("MontezumaRevenge").name, "montezuma_revenge");
  EXPECT_EQ(find_game("Q*bert").name, "qbert");
}

TEST(GamesTest, TakesTheNamesOfEnvironments) {
  for (const auto* name :
       {"ALE/Breakout-v5", "Breakout-v5", "BreakoutNoFrameskip-v4", "BreakoutDeterministic-v0",
        "Breakout-ram-v4", "Breakout-ramNoFrameskip-v4", "ALE/Breakout-ram-v5"}) {
    EXPECT_EQ(find_game(name).name, "breakout") << name;
  }
  EXPECT_EQ(find_game("ALE/MsPacman-v5").name, "ms_pacman");
  EXPECT_EQ(find_game("ALE/Pitfall2-v5").name, "pitfall2");
  EXPECT_EQ(find_game("VideoPinballNoFrameskip-v4").name, "video_pinball");
  EXPECT_THROW(find_game("Breakout-v"), Error);
  EXPECT_THROW(find_game("-v5"), Error);
  EXPECT_THROW(find_game("ALE/"), Error);
}

TEST(GamesTest, NamesTheNearestGames) {
  EXPECT_EQ(test::error_of([] { find_game("Breakot"); }),
            "there is no game 'Breakot'; the nearest is: breakout ('arcadecam games' lists all)");
  EXPECT_EQ(test::error_of([] { find_game("pitfal"); }),
            "there is no game 'pitfal'; the nearest are: pitfall, pitfall2 ('arcadecam games' "
            "lists all)");
  EXPECT_NE(test::error_of([] { find_game("invaders"); }).find("is: space_invaders"),
            std::string::npos);
  EXPECT_NE(test::error_of([] { find_game(""); }), "");
}

class RomTest : public testing::Test {
 protected:
  void put(std::span<const std::uint8_t> bytes) {
    std::ofstream file(folder_.path() / "pong.bin", std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  std::string error() {
    return test::error_of([&] { Environment(find_game("pong"), atari::modern(), folder_.path()); });
  }

  test::TemporaryFolder folder_;
  std::vector<std::uint8_t> rom_ = read_file(verified_rom(find_game("pong"), rom_folder()));
};

TEST_F(RomTest, TheRightOneLoads) {
  put(rom_);
  EXPECT_EQ(error(), "");
  EXPECT_TRUE(has_rom(find_game("pong"), folder_.path()));
}

TEST_F(RomTest, MissingIsAnError) {
  EXPECT_EQ(error(),
            "the ROM of Pong is missing: there is no " + (folder_.path() / "pong.bin").string() +
                "; `pip install ale-py` brings the ROMs; activate its environment, or name "
                "their folder in ARCADECAM_ROMS");
  EXPECT_FALSE(has_rom(find_game("pong"), folder_.path()));
}

TEST_F(RomTest, AnotherContentIsAnError) {
  rom_[100] ^= 1;
  put(rom_);
  EXPECT_NE(error().find("is not the ROM of Pong that ALE supports: MD5 "
                         "60e0ea3cbe0913d39803477945e9e5ec expected"),
            std::string::npos);
}

TEST_F(RomTest, TruncatedOrEmptyIsAnError) {
  put(std::span(rom_).first(1000));
  EXPECT_NE(error().find("(1000 bytes)"), std::string::npos);
  put({});
  EXPECT_NE(error().find("(0 bytes)"), std::string::npos);
}

TEST_F(RomTest, AFolderOrAnOversizedFileIsAnError) {
  put(std::vector<std::uint8_t>(600'000));
  EXPECT_NE(error(), "");
  std::filesystem::remove(folder_.path() / "pong.bin");
  std::filesystem::create_directory(folder_.path() / "pong.bin");
  EXPECT_NE(error(), "");
}

}  // namespace
}  // namespace arcadecam::game
