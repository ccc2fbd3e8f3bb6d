#include "checkpoint/folder_names.h"

#include <gtest/gtest.h>

namespace arcadecam::checkpoint {
namespace {

TEST(FolderNames, AreReadFromTheLastComponents) {
  const auto names = read_folder_names("/data/zoo/DQN_modern/AirRaid/3/model_50000000.gz");
  ASSERT_TRUE(names.has_value());
  EXPECT_EQ(names->algorithm, "DQN");
  EXPECT_EQ(names->protocol, "modern");
  EXPECT_EQ(names->game, "AirRaid");
  EXPECT_EQ(names->training_seed, 3);
  EXPECT_EQ(names->step, 50'000'000);
}

TEST(FolderNames, SuffixesAndSpellings) {
  const auto names = read_folder_names("M-DQN_classic_adam_2/Pong/1/model_7.pt");
  ASSERT_TRUE(names.has_value());
  EXPECT_EQ(names->algorithm, "MDQN");
  EXPECT_EQ(names->protocol, "classic");
}

TEST(FolderNames, NothingUnlessAllMatch) {
  for (const char* path :
       {"model_7.gz", "Pong/1/model_7.gz", "DQN/Pong/1/model_7.gz", "DQN_odd/Pong/1/model_7.gz",
        "PPO_modern/Pong/1/model_7.gz", "DQN_modern/Pong/x/model_7.gz", "DQN_modern/Pong/1/7.gz",
        "DQN_modern/Pong/1/model_.gz", "DQN_modern/Pong/1/model_7x.gz",
        "DQN_modern/Pong/-1/model_7.gz", "DQN_modern/Pong/1/model_99999999999999999999.gz",
        "/1/model_7.gz", ""}) {
    EXPECT_FALSE(read_folder_names(path).has_value()) << path;
  }
}

TEST(FolderNames, AlgorithmsAndProtocolsInAnySpelling) {
  EXPECT_EQ(parse_algorithm("dqn"), "DQN");
  EXPECT_EQ(parse_algorithm("M-DQN"), "MDQN");
  EXPECT_EQ(parse_algorithm("m_dqn"), "MDQN");
  EXPECT_EQ(parse_algorithm("Munchausen DQN"), "MDQN");
  EXPECT_EQ(parse_algorithm("c51"), "C51");
  EXPECT_FALSE(parse_algorithm("rainbow").has_value());
  EXPECT_EQ(parse_protocol("Modern"), "modern");
  EXPECT_FALSE(parse_protocol("").has_value());
}

}  // namespace
}  // namespace arcadecam::checkpoint
