#include "nn/kernels/pixel_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "arcadecam/core/random.h"

namespace arcadecam::nn {
namespace {

/// Values of which so large a share are zeros.
std::vector<float> values(std::int64_t count, double zeros, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> result;
  for (std::int64_t i = 0; i < count; ++i) {
    const bool zero = random.uniform() < zeros;
    result.push_back(zero ? 0.0F : static_cast<float>(random.uniform()) - 0.4F);
  }
  return result;
}

/// Sums of windows of three pixels over five pixels and none, in this many channels and columns;
/// they begin with values of their own or with those that are there.
void expect_sums(std::int64_t channels, std::int64_t columns, bool own) {
  constexpr std::int64_t kPixels = 5, kTaps = 3, kWord = 64;
  const std::int64_t words = (channels + kWord - 1) / kWord;
  const std::vector<float> x = values(kPixels * channels, 0.5, 1);
  const std::vector<float> matrices = values(kTaps * channels * columns, 0.1, 2);
  std::vector<std::uint64_t> masks(static_cast<std::size_t>(kPixels * words));
  for (std::int64_t p = 0; p < kPixels; ++p)
    pixel_kernels().mask(x.data() + p * channels, channels, masks.data() + p * words);
  // Pixels 1 and 4 lie in one place, 6 outside the picture.
  const std::vector<std::int32_t> places{0, 1, 2, 3, 1, 4, -1};
  const std::vector<std::int32_t> shifts{0, 2, 1};
  const std::vector<float> zeros(static_cast<std::size_t>(channels));
  const std::vector<std::uint64_t> no_mask(static_cast<std::size_t>(words));
  const std::vector<PixelSum> sums{
      {4, 0}, {0, columns}, {3, 3 * columns}, {1, 2 * columns}, {2, 4 * columns}};
  const std::vector<float> before = values(5 * columns, 0, 3);
  const std::vector<float> begin = values(columns, 0, 7);
  std::vector<float> y = before;
  pixel_kernels().add(
      {x.data(), masks.data(), places.data(), channels, words, zeros.data(), no_mask.data()},
      {shifts.data(), kTaps, matrices.data(), columns, own ? begin.data() : nullptr}, sums.data(),
      std::ssize(sums), y.data());
  for (const PixelSum& sum : sums) {
    for (std::int64_t column = 0; column < columns; ++column) {
      double expected = own ? begin[static_cast<std::size_t>(column)]
                            : before[static_cast<std::size_t>(sum.to + column)];
      for (std::int64_t t = 0; t < kTaps; ++t) {
        const int place =
            places[static_cast<std::size_t>(sum.pixel + shifts[static_cast<std::size_t>(t)])];
        if (place < 0) continue;
        for (std::int64_t c = 0; c < channels; ++c) {
          const auto at = static_cast<std::size_t>(place * channels + c);
          expected += static_cast<double>(x[at]) *
                      matrices[static_cast<std::size_t>((t * channels + c) * columns + column)];
        }
      }
      EXPECT_NEAR(y[static_cast<std::size_t>(sum.to + column)], expected, 1e-5)
          << channels << " channels, column " << column << " of " << columns;
    }
  }
}

TEST(PixelKernels, AddUpWindowsOfAnyWidth) {
  for (const std::int64_t channels : {8, 32, 64, 72, 136}) {
    for (const std::int64_t columns : {8, 16, 24, 32, 64, 104, 144}) {
      for (const bool own : {false, true}) expect_sums(channels, columns, own);
    }
  }
}

TEST(PixelKernels, AWindowsSumsAreTheSameBitsWhateverIsAddedUpBesideThem) {
  constexpr std::int64_t kPixels = 7, kChannels = 64, kColumns = 64;
  const std::vector<float> x = values(kPixels * kChannels, 0.6, 4);
  const std::vector<float> matrix = values(kChannels * kColumns, 0, 5);
  std::vector<std::uint64_t> masks(kPixels);
  std::vector<std::int32_t> places;
  std::vector<PixelSum> sums;
  for (std::int32_t p = 0; p < kPixels; ++p) {
    pixel_kernels().mask(x.data() + p * kChannels, kChannels, &masks[static_cast<std::size_t>(p)]);
    places.push_back(p);
    sums.push_back({p, p * kColumns});
  }
  const std::vector<float> zeros(kChannels);
  const std::uint64_t no_mask = 0;
  const ActivePixels from{x.data(), masks.data(), places.data(), kChannels,
                          1,        zeros.data(), &no_mask};
  const std::int32_t shift = 0;
  const PixelTaps taps{&shift, 1, matrix.data(), kColumns};
  std::vector<float> together(kPixels * kColumns), alone(kPixels * kColumns);
  pixel_kernels().add(from, taps, sums.data(), kPixels, together.data());
  for (const PixelSum& sum : sums) pixel_kernels().add(from, taps, &sum, 1, alone.data());
  EXPECT_EQ(together, alone);
}

TEST(PixelKernels, MasksNameWhatIsNotZero) {
  std::vector<float> x(72);
  for (const std::size_t c : {0U, 5U, 31U, 32U, 63U, 64U, 71U}) x[c] = c % 2 == 0 ? -1e-30F : 2.0F;
  x[7] = -0.0F;
  x[8] = std::nanf("");
  std::uint64_t words[2] = {~0ULL, ~0ULL};
  pixel_kernels().mask(x.data(), 72, words);
  EXPECT_EQ(words[0], 1ULL | 1ULL << 5 | 1ULL << 8 | 1ULL << 31 | 1ULL << 32 | 1ULL << 63);
  EXPECT_EQ(words[1], 1ULL | 1ULL << 7);
}

TEST(PixelKernels, TransposeWritesOrAdds) {
  for (const std::int64_t rows : {1, 8, 49, 400}) {
    for (const std::int64_t columns : {3, 8, 20, 64}) {
      const std::vector<float> x = values(rows * columns, 0, 6);
      std::vector<float> y(x.size(), 1.0F), sum = y;
      pixel_kernels().transpose(x.data(), rows, columns, false, y.data());
      pixel_kernels().transpose(x.data(), rows, columns, true, sum.data());
      for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < columns; ++c) {
          const auto to = static_cast<std::size_t>(c * rows + r);
          const float from = x[static_cast<std::size_t>(r * columns + c)];
          ASSERT_EQ(y[to], from);
          ASSERT_EQ(sum[to], from + 1.0F);
        }
      }
    }
  }
}

TEST(PixelKernels, HashesAreThoseOfTheBytes) {
  constexpr std::int64_t kCount = 200, kBytes = 64;
  std::vector<std::uint8_t> pixels(kCount * kBytes, 87);
  for (std::size_t i = 0; i < kCount - 1; ++i)
    pixels[(i + 1) * kBytes - 1 - i % kBytes] ^= 1 + i / kBytes;
  std::vector<std::uint32_t> hashes(kCount), again(kCount);
  pixel_kernels().hash(pixels.data(), kCount, kBytes, hashes.data());
  pixel_kernels().hash(pixels.data(), kCount, kBytes, again.data());
  EXPECT_EQ(hashes, again);
  EXPECT_GT(std::set(hashes.begin(), hashes.end()).size(), 195U);  // all pixels differ
}

}  // namespace
}  // namespace arcadecam::nn
