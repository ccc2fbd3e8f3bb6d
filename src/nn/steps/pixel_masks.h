#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nn/kernels/pixel_kernels.h"

namespace arcadecam::nn::steps {

/// Which values of pictures' pixels are not zero. The memory is kept from one use to the next.
class PixelMasks {
 public:
  /// Looks at `count` pixels whose `channels` values lie side by side. They are read again when
  /// they are used.
  void look(const float* x, std::int64_t count, std::int64_t channels);
  /// The same where many are alike: `first[i]` is the first pixel that holds what pixel i holds.
  void look(const float* x, std::span<const std::int32_t> first, std::int64_t channels);
  /// The same for pixels that are bytes, times `factor`. With an empty `first`, all `count` pixels
  /// differ.
  void look(const std::uint8_t* x, std::span<const std::int32_t> first, std::int64_t count,
            std::int64_t channels, float factor);

  /// Only some pixels (`chosen`) of `count`: the others must not be used.
  void look_at(std::span<const std::int32_t> chosen, const float* x, std::int64_t count,
               std::int64_t channels);
  void look_at(std::span<const std::int32_t> chosen, const std::uint8_t* x, std::int64_t count,
               std::int64_t channels, float factor);

  /// Lists the channels that are not zero of every pixel that was looked at, where the kernels gain
  /// from it: where a pixel's neighbours have other such channels than itself. After a look() that
  /// all pixels were in, none of them alike.
  void list();

  /// What was looked at last.
  [[nodiscard]] ActivePixels pixels() const { return pixels_at(places_); }
  /// The same arranged otherwise: pixel `at[i]` at i, or one of zeros where that is −1.
  [[nodiscard]] ActivePixels pixels_at(std::span<const std::int32_t> at) const;

 private:
  void begin(const float* x, std::int64_t count, std::int64_t channels);
  void begin_bytes(std::int64_t count, std::int64_t channels);
  void mask(std::int64_t place);
  /// Makes a pixel's bytes the values of `place`.
  void widen(const std::uint8_t* x, std::int64_t place, float factor);

  const float* x_ = nullptr;
  std::int64_t channels_ = 0, words_ = 0;
  std::vector<std::uint64_t> masks_, no_mask_;
  std::vector<std::int32_t> places_;
  std::vector<float> values_, zeros_;
  bool is_listed_ = false;
  std::vector<ActiveRow> lists_, no_list_;
  std::vector<std::int32_t> counts_;
};

}  // namespace arcadecam::nn::steps
