#include "nn/steps/pixel_classes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace arcadecam::nn::steps {
namespace {

/// Two channels blocks of the width that this CPU's kernels have, pixel values as given.
std::vector<float> blocks_of(std::span<const float> values, std::int64_t lanes) {
  std::vector<float> pixels;
  for (int block = 0; block < 2; ++block) {
    for (const float value : values) {
      for (std::int64_t l = 0; l < lanes; ++l)
        pixels.push_back(value + static_cast<float>(block * l));
    }
  }
  return pixels;
}

TEST(PixelClasses, FindPixelsAndWindowsThatAreAlike) {
  WindowKernels kernels{4, nullptr, nullptr, nullptr};
  if (window_kernels() != nullptr) kernels = *window_kernels();
  kernels.hash = [](const float*, std::int64_t count, std::int64_t, std::int64_t,
                    std::uint32_t* hashes) { std::fill_n(hashes, count, 7U); };  // all collide
  // Two pictures of 2×3 pixels.
  std::vector<float> pixels = blocks_of(std::array{1.F, 2.F, 2.F, 1.F, 2.F, 3.F}, kernels.lanes);
  const std::vector<float> second =
      blocks_of(std::array{2.F, 2.F, 3.F, 2.F, 3.F, 3.F}, kernels.lanes);
  pixels.insert(pixels.end(), second.begin(), second.end());
  PixelClasses parts;
  parts.classify(kernels, pixels.data(), 2, 6, 2);
  EXPECT_EQ(parts.first(), (std::vector<std::int32_t>{0, 1, 1, 0, 1, 5, 1, 1, 5, 1, 5, 5}));
  EXPECT_EQ(parts.distinct(), (std::vector<std::int32_t>{0, 1, 5}));
  EXPECT_FALSE(parts.hardly_any());

  // 2×2 windows, two a picture: 1 2/1 2, 2 2/2 3; 2 2/2 3, 2 3/3 3.
  PixelClasses windows;
  windows.classify(parts, 2, 6, std::array<std::int32_t, 2>{0, 1},
                   std::array<std::int32_t, 4>{0, 1, 3, 4});
  EXPECT_EQ(windows.first(), (std::vector<std::int32_t>{0, 1, 1, 3}));
  EXPECT_EQ(windows.distinct(), (std::vector<std::int32_t>{0, 1, 3}));

  // One bit of one channel of the last block makes another pixel.
  pixels[static_cast<std::size_t>(12 * kernels.lanes - 1)] += 1e-6F;
  parts.classify(kernels, pixels.data(), 2, 6, 2);
  EXPECT_EQ(parts.first()[5], 5);
  EXPECT_EQ(parts.distinct().size(), 4U);
}

}  // namespace
}  // namespace arcadecam::nn::steps
