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

}  // namespace
}  // namespace arcadecam::profile
