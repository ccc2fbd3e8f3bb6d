#include "picture/color_map.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "arcadecam/core/digest.h"
#include "arcadecam/core/error.h"
#include "support/golden.h"

namespace arcadecam::picture {
namespace {

TEST(ColorMap, JetIsOpenCvsTable) {
  const auto golden = convert<std::uint8_t>(
      read_npy(test::golden_dir() / "explain/jet_lut_bgr.npy"), "jet_lut_bgr");
  ASSERT_EQ(golden.shape(), (Shape{256, 3}));
  const ColorMap jet = color_map("jet");
  for (std::size_t i = 0; i < 256; ++i) {
    const std::uint8_t* bgr = golden.data() + i * 3;
    EXPECT_EQ(jet.colors[i], (Rgb{bgr[2], bgr[1], bgr[0]})) << i;
  }
}

TEST(ColorMap, JetsChannelsRiseAndFallByFour) {
  // Entries where a channel starts, turns or ends, from the published trapezoids.
  const ColorMap jet = color_map("jet");
  EXPECT_EQ(jet.colors[0], (Rgb{0, 0, 128}));
  EXPECT_EQ(jet.colors[31], (Rgb{0, 0, 252}));
  EXPECT_EQ(jet.colors[32], (Rgb{0, 0, 255}));
  EXPECT_EQ(jet.colors[95], (Rgb{0, 252, 255}));
  EXPECT_EQ(jet.colors[96], (Rgb{2, 255, 254}));
  EXPECT_EQ(jet.colors[158], (Rgb{250, 255, 6}));
  EXPECT_EQ(jet.colors[159], (Rgb{254, 255, 1}));
  EXPECT_EQ(jet.colors[160], (Rgb{255, 252, 0}));
  EXPECT_EQ(jet.colors[255], (Rgb{128, 0, 0}));
}

/// SHA-256 of a table's 768 bytes.
std::string digest_of(std::string_view name) {
  std::vector<std::uint8_t> bytes;
  for (const Rgb& color : color_map(name).colors)
    bytes.insert(bytes.end(), color.begin(), color.end());
  return sha256(bytes);
}

TEST(ColorMap, InfernoIsThePublishedTable) {
  EXPECT_EQ(color_map("inferno").colors.front(), (Rgb{0, 0, 4}));
  EXPECT_EQ(color_map("inferno").colors.back(), (Rgb{252, 255, 164}));
  // Of numpy.rint(255 * matplotlib.colormaps[name].colors) as bytes; OpenCV has the same.
  EXPECT_EQ(digest_of("inferno"),
            "e24e8bd38b972989f64c42856b2b274df5ada3a62bc01bf8e83500a2ea938ad4");
}

// All of them are compared with OpenCV's in tests/render/opencv_test.cpp.
TEST(ColorMap, TurboIsNearThePublishedColours) {
  constexpr std::array<std::pair<std::size_t, Rgb>, 5> kPublished{{{0, {48, 18, 59}},
                                                                   {64, {40, 188, 235}},
                                                                   {128, {164, 252, 60}},
                                                                   {192, {251, 126, 33}},
                                                                   {255, {122, 4, 3}}}};
  const ColorMap map = color_map("turbo");
  for (const auto& [at, published] : kPublished) {
    for (std::size_t channel = 0; channel < 3; ++channel)
      EXPECT_NEAR(map.colors[at][channel], published[channel], 1) << at << ' ' << channel;
  }
}

TEST(ColorMap, CoolWarmEqualsMorelandsPublishedTable) {
  // The 33-entry table that accompanies the paper.
  constexpr std::array<Rgb, 33> kPublished{{
      {59, 76, 192},   {68, 90, 204},   {77, 104, 215},  {87, 117, 225},  {98, 130, 234},
      {108, 142, 241}, {119, 154, 247}, {130, 165, 251}, {141, 176, 254}, {152, 185, 255},
      {163, 194, 255}, {174, 201, 253}, {184, 208, 249}, {194, 213, 244}, {204, 217, 238},
      {213, 219, 230}, {221, 221, 221}, {229, 216, 209}, {236, 211, 197}, {241, 204, 185},
      {245, 196, 173}, {247, 187, 160}, {247, 177, 148}, {247, 166, 135}, {244, 154, 123},
      {241, 141, 111}, {236, 127, 99},  {229, 112, 88},  {222, 96, 77},   {213, 80, 66},
      {203, 62, 56},   {192, 40, 47},   {180, 4, 38},
  }};
  for (std::size_t i = 0; i < kPublished.size(); ++i) {
    const Rgb color = cool_warm(static_cast<double>(i) / 32.0);
    for (std::size_t channel = 0; channel < 3; ++channel) {
      EXPECT_NEAR(color[channel], kPublished[i][channel], 1) << i << ' ' << channel;
    }
  }
}

TEST(ColorMap, OnlyCoolWarmDiverges) {
  for (const std::string_view name : color_map_names()) {
    const ColorMap map = color_map(name);
    EXPECT_EQ(map.name, name);
    EXPECT_EQ(map.diverging, name == "cool-warm") << name;
  }
}

TEST(ColorMap, LooksUpTheNearestEntry) {
  const ColorMap map = color_map("turbo");
  EXPECT_EQ(map(0.0F), map.colors[0]);
  EXPECT_EQ(map(100.4F / 255.0F), map.colors[100]);
  EXPECT_EQ(map(100.6F / 255.0F), map.colors[101]);
  EXPECT_EQ(map(1.0F), map.colors[255]);
  EXPECT_EQ(map(-1.0F), map.colors[0]);
  EXPECT_EQ(map(2.0F), map.colors[255]);
}

TEST(ColorMap, AnUnknownNameIsBadUsageAndListsTheNames) {
  try {
    color_map("viridis");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadUsage);
    EXPECT_STREQ(error.what(),
                 "there is no colour map 'viridis'; known are cool-warm, inferno, jet, turbo");
  }
}

}  // namespace
}  // namespace arcadecam::picture
