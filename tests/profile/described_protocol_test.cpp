#include "profile/described_protocol.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam::profile {
namespace {

atari::Protocol described(std::vector<checkpoint::ProtocolSetting> settings) {
  checkpoint::Checkpoint checkpoint{.file = {},
                                    .sha256 = {},
                                    .container = {},
                                    .convention = {},
                                    .network = {},
                                    .algorithm = {},
                                    .protocol = "cleanrl",
                                    .game = {},
                                    .step = {},
                                    .training_seed = {},
                                    .tensors = {},
                                    .other_entries = {},
                                    .evidence = {},
                                    .unknown = {},
                                    .graph = nn::Graph({{"input", nn::Input{{1}}, {}}}),
                                    .network_sha256 = {},
                                    .protocol_settings = std::move(settings)};
  return protocol_of(checkpoint);
}

std::string error_of(const std::string& name, std::variant<bool, double, std::string> value) {
  try {
    described({{name, std::move(value), "net.json: line 3"}});
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
    return error.what();
  }
  return {};
}

TEST(DescribedProtocol, EveryProtocolOfACheckpointIsOneOfTheGames) {
  std::vector<std::string> games;
  for (const atari::Protocol& protocol : atari::protocols()) games.push_back(protocol.name);
  std::vector<std::string> checkpoints = checkpoint::protocol_names();
  std::ranges::sort(games);
  std::ranges::sort(checkpoints);
  EXPECT_EQ(games, checkpoints);
}

TEST(DescribedProtocol, ChangesThePreset) {
  atari::Protocol expected = atari::find_protocol("cleanrl");
  EXPECT_EQ(described({}), expected);
  EXPECT_EQ(described({{"frame_skip", 4.0, ""}}), expected) << "what it is anyway";
  expected.name = "cleanrl (changed)";
  expected.sticky_probability = 0.25F;
  expected.noops_from = 0;
  expected.noops_below = 0;
  expected.frame_skip = 3;
  expected.pixels = {.grey = atari::Pixels::Grey::kTruncated,
                     .pool = atari::Pixels::Pool::kNone,
                     .filter = atari::Pixels::Filter::kLinear};
  expected.pixels.crop_top = 35;
  expected.pixels.crop_left = 1;
  expected.pixels.crop_height = 160;
  expected.pixels.crop_width = 158;
  expected.pixels.stretch = true;
  expected.first_plane_fills_stack = false;
  expected.fire = atari::Protocol::Fire::kStep;
  expected.restarts_after_life = false;
  expected.noops_after_life = true;
  expected.life_ends_training_episode = false;
  expected.noop_draw = atari::Protocol::NoopDraw::kAleVector;
  expected.life_ends_episode = true;
  expected.after_life = atari::Protocol::AfterLife::kNewGame;
  expected.ending = atari::Protocol::Ending::kUnseen;
  expected.counts_after_reset = true;
  expected.max_frames = 1000;
  EXPECT_EQ(described({{"sticky_probability", 0.25, ""},
                       {"noops_from", 0.0, ""},
                       {"noops_below", 0.0, ""},
                       {"frame_skip", 3.0, ""},
                       {"grey", "truncated", ""},
                       {"crop_top", 35.0, ""},
                       {"crop_left", 1.0, ""},
                       {"crop_height", 160.0, ""},
                       {"crop_width", 158.0, ""},
                       {"stretch", true, ""},
                       {"pool", "none", ""},
                       {"filter", "linear", ""},
                       {"first_plane_fills_stack", false, ""},
                       {"fire", "step", ""},
                       {"restarts_after_life", false, ""},
                       {"noops_after_life", true, ""},
                       {"life_ends_training_episode", false, ""},
                       {"noop_draw", "ale-vector", ""},
                       {"life_ends_episode", true, ""},
                       {"after_life", "new-game", ""},
                       {"ending", "unseen", ""},
                       {"counts_after_reset", true, ""},
                       {"max_frames", 1000.0, ""}}),
            expected);
}

TEST(DescribedProtocol, WrongSettingsAreRefusedWithTheirPlace) {
  EXPECT_EQ(error_of("frame_skip", 0.0),
            "net.json: line 3: expected a whole number from 1 to 1000, found 0");
  EXPECT_NE(error_of("frame_skip", 1.0).find("two frames are pooled"), std::string::npos);
  EXPECT_EQ(error_of("crop_top", -1.0),
            "net.json: line 3: expected a whole number from 0 to 512, found -1");
  EXPECT_EQ(error_of("frame_skip", "four"),
            "net.json: line 3: expected a whole number from 1 to 1000, found four");
  EXPECT_EQ(error_of("restarts_after_life", 1.0),
            "net.json: line 3: expected true or false, found 1");
  EXPECT_EQ(error_of("grey", "luma"),
            "net.json: line 3: 'luma' is no grey formula; expected one of: palette, opencv, "
            "pillow, truncated, mean, rgb");
  EXPECT_EQ(error_of("fire", true), "net.json: line 3: expected a text, found true");
  EXPECT_NE(error_of("grey", "palette").find("the grey of pooled colours"), std::string::npos);
  EXPECT_NE(error_of("stack", 4.0).find("expected base or one of sticky_probability"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::profile
