#include "profile/embedded.h"

#include <gtest/gtest.h>

#include <fstream>

#include "arcadecam/core/error.h"
#include "support/golden.h"

namespace arcadecam::profile {
namespace {

TEST(EmbeddedAgents, CardsThatCannotBeReadNameTheFile) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "broken.json") << "{\"title\": 1}";
  try {
    (void)embedded_agents(folder.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("broken.json"), std::string::npos);
  }
}

TEST(EmbeddedAgents, AreCheckpointsByNameInAnyFolder) {
  EXPECT_EQ(load_checkpoint("PONG").game, "Pong") << "case is ignored";
  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "mine.json")
      << R"({"checkpoint": "mine.pt", "title": "Mine", "made": "for this test"})";
  std::filesystem::copy(test::golden_dir() / "checkpoints" / "dqn_flat.pt",
                        folder.path() / "mine.pt");
  EXPECT_EQ(load_checkpoint("mine", {}, folder.path()).graph.actions(), 6);
  try {
    (void)load_checkpoint("pong", {}, folder.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "pong: no such file, and no embedded agent of that name (there are mine)");
  }
}

TEST(EmbeddedAgents, CardsSayWhatTheCheckpointCannot) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "air_raid.json")
      << R"({"checkpoint": "mine.pt", "title": "Mine", "made": "for this test",
             "game": "air_raid", "protocol": "ale-vector-sticky"})";
  std::filesystem::copy(test::golden_dir() / "checkpoints" / "dqn_flat.pt",
                        folder.path() / "mine.pt");
  for (const char* name : {"air_raid", "air-raid", "Air Raid", "AirRaid"}) {
    const auto loaded = load_checkpoint(name, {}, folder.path());
    EXPECT_EQ(loaded.game.value_or(""), "air_raid") << name;
    EXPECT_EQ(loaded.protocol.value_or(""), "ale-vector-sticky") << name;
  }
  checkpoint::LoadOptions given;
  given.protocol = "classic";
  EXPECT_EQ(load_checkpoint("air_raid", given, folder.path()).protocol, "classic")
      << "an option wins over the card";
  EXPECT_FALSE(find_embedded("air", folder.path()));
}

}  // namespace
}  // namespace arcadecam::profile
