#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nn/kernels/window_kernels.h"

namespace arcadecam::nn::steps {

/// Which pixels of a batch of pictures hold the same values in all channels, bit for bit. Games
/// repeat themselves: most of a screen is background, and most of it was there a step ago.
class PixelClasses {
 public:
  /// Classifies `count` pictures of `area` pixels, whose channels lie in `blocks` blocks as
  /// WindowKernels has them.
  void classify(const WindowKernels& kernels, const float* pixels, std::int64_t count,
                std::int64_t area, std::int64_t blocks);
  /// Classifies `count` pixels that lie side by side, of `bytes` bytes each (a multiple of
  /// ListedKernels::kHashed).
  void classify(const void* pixels, std::int64_t count, std::int64_t bytes);
  /// Classifies the windows of size `taps` (offsets of a window's pixels from its first) that begin
  /// at the pixels `starts` of each of `count` pictures whose pixels are `parts`.
  void classify(const PixelClasses& parts, std::int64_t count, std::int64_t area,
                std::span<const std::int32_t> starts, std::span<const std::int32_t> taps);

  /// The first pixel, counted through the batch, that holds what this one holds.
  [[nodiscard]] const std::vector<std::int32_t>& first() const noexcept { return first_; }
  /// Pixels that are the first of their class, in order.
  [[nodiscard]] const std::vector<std::int32_t>& distinct() const noexcept { return distinct_; }
  /// Whether so few pixels are alike that looking for them costs more than it spares.
  [[nodiscard]] bool hardly_any() const noexcept {
    return std::ssize(distinct_) * 10 > std::ssize(first_) * 9;
  }

 private:
  struct Entry {
    std::uint32_t hash;
    std::int32_t pixel;
  };

  void begin(std::int64_t pixels);
  /// Puts the next pixel, whose values hash to `hash`, into its class.
  template <typename Equal>
  void add(std::uint32_t hash, const Equal& equal);

  std::vector<std::int32_t> first_, distinct_;
  std::vector<Entry> table_;
  std::vector<std::uint32_t> hashes_, factors_;
  std::size_t mask_ = 0;
};

}  // namespace arcadecam::nn::steps
