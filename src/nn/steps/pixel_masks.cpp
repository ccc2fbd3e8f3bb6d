#include "nn/steps/pixel_masks.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "nn/kernels/kernels.h"

namespace arcadecam::nn::steps {

void PixelMasks::begin(const float* x, std::int64_t count, std::int64_t channels) {
  constexpr std::int64_t kWord = 64;
  x_ = x;
  channels_ = channels;
  words_ = (channels + kWord - 1) / kWord;
  const auto size = static_cast<std::size_t>(count * words_);
  if (masks_.size() < size) masks_.resize(size);
  places_.resize(static_cast<std::size_t>(count));
  zeros_.assign(static_cast<std::size_t>(channels), 0.0F);
  no_mask_.assign(static_cast<std::size_t>(words_), 0);
  is_listed_ = false;
}

void PixelMasks::mask(std::int64_t place) {
  pixel_kernels().mask(x_ + place * channels_, channels_, masks_.data() + place * words_);
}

void PixelMasks::look(const float* x, std::int64_t count, std::int64_t channels) {
  begin(x, count, channels);
  std::iota(places_.begin(), places_.end(), 0);
  for (std::int64_t i = 0; i < count; ++i) mask(i);
}

void PixelMasks::look(const float* x, std::span<const std::int32_t> first, std::int64_t channels) {
  begin(x, std::ssize(first), channels);
  std::ranges::copy(first, places_.begin());
  for (std::int64_t i = 0; i < std::ssize(first); ++i) {
    if (places_[static_cast<std::size_t>(i)] == i) mask(i);
  }
}

void PixelMasks::begin_bytes(std::int64_t count, std::int64_t channels) {
  const auto size = static_cast<std::size_t>(count * channels);
  if (values_.size() < size) values_.resize(size);
  begin(values_.data(), count, channels);
}

void PixelMasks::widen(const std::uint8_t* x, std::int64_t place, float factor) {
  kernels().scale_bytes(x, channels_, factor, values_.data() + place * channels_);
  mask(place);
}

void PixelMasks::look(const std::uint8_t* x, std::span<const std::int32_t> first,
                      std::int64_t count, std::int64_t channels, float factor) {
  begin_bytes(count, channels);
  std::int32_t place = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (!first.empty() && first[at] != i) {
      places_[at] = places_[static_cast<std::size_t>(first[at])];
      continue;
    }
    widen(x + i * channels, place, factor);
    places_[at] = place++;
  }
}

void PixelMasks::look_at(std::span<const std::int32_t> chosen, const float* x, std::int64_t count,
                         std::int64_t channels) {
  begin(x, count, channels);
  for (const std::int32_t pixel : chosen) {
    places_[static_cast<std::size_t>(pixel)] = pixel;
    mask(pixel);
  }
}

void PixelMasks::look_at(std::span<const std::int32_t> chosen, const std::uint8_t* x,
                         std::int64_t count, std::int64_t channels, float factor) {
  begin_bytes(count, channels);
  std::int32_t place = 0;
  for (const std::int32_t pixel : chosen) {
    widen(x + pixel * channels, place, factor);
    places_[static_cast<std::size_t>(pixel)] = place++;
  }
}

void PixelMasks::list() {
  if (!pixel_kernels().reads_lists) return;
  const auto count = std::ssize(places_);
  // Some of the pixels tell how many channels three neighbours have together.
  constexpr std::int64_t kTogether = 3, kStep = 4;
  std::int64_t own = 0, together = 0;
  for (std::int64_t i = 0; i + kTogether <= count; i += kStep) {
    for (std::int64_t w = 0; w < words_; ++w) {
      const std::uint64_t* mask = masks_.data() + i * words_ + w;
      own += std::popcount(mask[0]);
      together += std::popcount(mask[0] | mask[words_] | mask[2 * words_]);
    }
  }
  constexpr double kWorth = 0.8;
  if (static_cast<double>(own) > kWorth * static_cast<double>(together)) return;
  is_listed_ = true;
  const auto size = static_cast<std::size_t>(count * channels_);
  if (lists_.size() < size) lists_.resize(size);
  if (std::ssize(counts_) < count) counts_.resize(static_cast<std::size_t>(count));
  no_list_.assign(static_cast<std::size_t>(channels_), {0, 0.0F});
  for (std::int64_t i = 0; i < count; ++i) {
    ActiveRow* to = lists_.data() + i * channels_;
    for (std::int64_t w = 0; w < words_; ++w) {
      constexpr std::int64_t kWord = 64;
      for (std::uint64_t mask = masks_[static_cast<std::size_t>(i * words_ + w)]; mask != 0;
           mask &= mask - 1) {
        const std::int64_t channel = w * kWord + std::countr_zero(mask);
        *to++ = {static_cast<std::int32_t>(channel), x_[i * channels_ + channel]};
      }
    }
    ActiveRow* end = lists_.data() + (i + 1) * channels_;
    counts_[static_cast<std::size_t>(i)] =
        static_cast<std::int32_t>(channels_ - std::distance(to, end));
    std::fill(to, end, ActiveRow{0, 0.0F});
  }
}

ActivePixels PixelMasks::pixels_at(std::span<const std::int32_t> at) const {
  ActivePixels result{x_,     masks_.data(), at.data(),      channels_,
                      words_, zeros_.data(), no_mask_.data()};
  if (is_listed_) {
    result.lists = lists_.data();
    result.counts = counts_.data();
    result.no_list = no_list_.data();
  }
  return result;
}

}  // namespace arcadecam::nn::steps
