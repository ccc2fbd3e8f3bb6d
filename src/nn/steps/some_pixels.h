#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "nn/kernels/pixel_kernels.h"

namespace arcadecam::nn::steps {

/// A picture of which only some pixels are not zero. The others take no memory and no time.
class SomePixels {
 public:
  /// At most `pixels` of them, whose `channels` values lie side by side, in a picture that has
  /// `area` pixels with its padding.
  SomePixels(std::int64_t pixels, std::int64_t channels, std::int64_t area)
      : channels_(channels),
        words_((channels + kWord - 1) / kWord),
        places_(static_cast<std::size_t>(area), -1),
        values_(static_cast<std::size_t>((pixels + 1) * channels)),
        masks_(static_cast<std::size_t>((pixels + 1) * words_)),
        zeros_(static_cast<std::size_t>(channels)),
        no_mask_(static_cast<std::size_t>(words_)) {}

  void clear() {
    for (const Pixel& pixel : pixels_) places_[static_cast<std::size_t>(pixel.place)] = -1;
    pixels_.clear();
  }
  /// Where the values of the pixel that add() adds are to be written.
  float* next() { return values_.data() + std::ssize(pixels_) * channels_; }
  /// Adds a pixel, unless its values are all zero. `place`: in the picture with its padding.
  void add(std::int32_t pixel, std::int32_t place) {
    std::uint64_t* mask = masks_.data() + std::ssize(pixels_) * words_;
    pixel_kernels().mask(next(), channels_, mask);
    if (std::all_of(mask, mask + words_, [](std::uint64_t word) { return word == 0; })) return;
    places_[static_cast<std::size_t>(place)] = static_cast<std::int32_t>(std::ssize(pixels_));
    pixels_.push_back({pixel, place});
  }

  struct Pixel {
    std::int32_t index, place;
  };
  [[nodiscard]] std::span<const Pixel> pixels() const { return pixels_; }
  /// Calls visit(channel, value) for the values of the i-th of them that are not zero, in order.
  template <typename F>
  void for_each_value(std::int64_t i, const F& visit) const {
    for (std::int64_t w = 0; w < words_; ++w) {
      for (std::uint64_t mask = masks_[static_cast<std::size_t>(i * words_ + w)]; mask != 0;
           mask &= mask - 1) {
        const std::int64_t channel = w * kWord + __builtin_ctzll(mask);
        visit(channel, values_[static_cast<std::size_t>(i * channels_ + channel)]);
      }
    }
  }
  [[nodiscard]] ActivePixels active() const {
    return {values_.data(), masks_.data(), places_.data(), channels_,
            words_,         zeros_.data(), no_mask_.data()};
  }

 private:
  static constexpr std::int64_t kWord = 64;

  std::int64_t channels_, words_;
  std::vector<Pixel> pixels_;
  std::vector<std::int32_t> places_;  ///< in values_, or −1
  std::vector<float> values_;
  std::vector<std::uint64_t> masks_;
  std::vector<float> zeros_;
  std::vector<std::uint64_t> no_mask_;
};

}  // namespace arcadecam::nn::steps
