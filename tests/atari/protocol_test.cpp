#include "atari/protocol.h"

#include <gtest/gtest.h>

#include "support/error_of.h"

namespace arcadecam::atari {
namespace {

TEST(ProtocolTest, HasThePublishedValues) {
  EXPECT_EQ(modern().sticky_probability, 0.25F);
  EXPECT_EQ(modern().noops_below, 0);
  EXPECT_FALSE(modern().life_ends_training_episode);
  EXPECT_EQ(classic().sticky_probability, 0.0F);
  EXPECT_EQ(classic().noops_below, 30);
  EXPECT_TRUE(classic().life_ends_training_episode);
  for (const Protocol& protocol : protocols()) {
    EXPECT_EQ(find_protocol(protocol.name), protocol);
    EXPECT_EQ(protocol.frame_skip, 4);
    EXPECT_EQ(protocol.stack, 4);
    EXPECT_EQ(protocol.max_frames, 108'000);
    EXPECT_FALSE(protocol.training);
  }
}

TEST(ProtocolTest, RefusesWhatCannotBe) {
  EXPECT_TRUE(test::error_of([] { find_protocol("old"); })
                  .starts_with("there is no protocol 'old'; known are modern, classic, "
                               "stable-baselines3, cleanrl, "));
  Protocol protocol = modern();
  protocol.sticky_probability = 1.5F;
  EXPECT_EQ(test::error_of([&] { check(protocol); }),
            "protocol: the sticky probability must be between 0 and 1");
}

TEST(ProtocolTest, PooledColoursNeedAFormula) {
  Protocol protocol = modern();
  protocol.pixels.pool = Pixels::Pool::kColours;
  EXPECT_THROW(check(protocol), std::exception);
  EXPECT_EQ(parse_pool(name_of(Pixels::Pool::kShrunkenColours)), Pixels::Pool::kShrunkenColours);
  EXPECT_THROW(parse_grey("mauve"), std::exception);
}

TEST(PixelsTest, TheCropIsTheScreensShare) {
  Pixels pixels;
  EXPECT_EQ(pixels.seen(210, 160), (ScreenPart{0, 0, 1, 1}));
  pixels.crop_top = 21;
  pixels.crop_height = 168;
  pixels.crop_left = 40;
  EXPECT_EQ(pixels.seen(210, 160), (ScreenPart{0.1, 0.25, 0.9, 1}));
  pixels.crop_height = 200;
  EXPECT_EQ(test::error_of([&] { (void)pixels.seen(210, 160); }),
            "a crop of 200 lines from 21 and 120 columns from 40 does not lie within a screen of "
            "210×160 pixels");
}

}  // namespace
}  // namespace arcadecam::atari
