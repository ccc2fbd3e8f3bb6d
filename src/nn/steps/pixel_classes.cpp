#include "nn/steps/pixel_classes.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "nn/kernels/pixel_kernels.h"

namespace arcadecam::nn::steps {

void PixelClasses::begin(std::int64_t pixels) {
  first_.clear();
  distinct_.clear();
  const auto size = std::bit_ceil(static_cast<std::size_t>(2 * pixels));
  mask_ = size - 1;
  table_.assign(size, Entry{0, -1});
}

template <typename Equal>
void PixelClasses::add(std::uint32_t hash, const Equal& equal) {
  const auto pixel = static_cast<std::int32_t>(first_.size());
  for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
    Entry& entry = table_[at];
    if (entry.pixel < 0) {
      entry = {hash, pixel};
      first_.push_back(pixel);
      distinct_.push_back(pixel);
      return;
    }
    if (entry.hash == hash && equal(entry.pixel, pixel)) {
      first_.push_back(entry.pixel);
      return;
    }
  }
}

void PixelClasses::classify(const WindowKernels& kernels, const float* pixels, std::int64_t count,
                            std::int64_t area, std::int64_t blocks) {
  begin(count * area);
  const std::int64_t lanes = kernels.lanes, plane = area * lanes;
  const auto at = [&](std::int32_t pixel) {
    return pixels + pixel / area * blocks * plane + pixel % area * lanes;
  };
  const auto equal = [&](std::int32_t a, std::int32_t b) {
    const float *x = at(a), *y = at(b);
    for (std::int64_t block = 0; block < blocks; ++block) {
      if (std::memcmp(x + block * plane, y + block * plane,
                      static_cast<std::size_t>(lanes) * sizeof(float)) != 0)
        return false;
    }
    return true;
  };
  hashes_.resize(static_cast<std::size_t>(area));
  for (std::int64_t n = 0; n < count; ++n) {
    kernels.hash(pixels + n * blocks * plane, area, blocks, plane, hashes_.data());
    for (const std::uint32_t hash : hashes_) add(hash, equal);
  }
}

void PixelClasses::classify(const void* pixels, std::int64_t count, std::int64_t bytes) {
  begin(count);
  const auto* from = static_cast<const std::byte*>(pixels);
  const auto equal = [&](std::int32_t a, std::int32_t b) {
    return std::memcmp(from + a * bytes, from + b * bytes, static_cast<std::size_t>(bytes)) == 0;
  };
  hashes_.resize(static_cast<std::size_t>(count));
  pixel_kernels().hash(pixels, count, bytes, hashes_.data());
  for (const std::uint32_t hash : hashes_) add(hash, equal);
}

void PixelClasses::classify(const PixelClasses& parts, std::int64_t count, std::int64_t area,
                            std::span<const std::int32_t> starts,
                            std::span<const std::int32_t> taps) {
  const std::int64_t windows = std::ssize(starts);
  begin(count * windows);
  const std::int32_t* first = parts.first().data();
  const auto at = [&](std::int32_t window) {
    return first + window / windows * area + starts[static_cast<std::size_t>(window % windows)];
  };
  const auto equal = [&](std::int32_t a, std::int32_t b) {
    const std::int32_t *x = at(a), *y = at(b);
    return std::ranges::all_of(taps, [&](std::int32_t tap) { return x[tap] == y[tap]; });
  };
  // A sum of products, none of which waits for another.
  factors_.clear();
  std::uint32_t factor = 0x9E3779B1U;
  for (std::size_t tap = 0; tap < taps.size(); ++tap, factor = factor * 0x2C1B3C6DU + 2)
    factors_.push_back(factor);
  for (std::int64_t n = 0; n < count; ++n) {
    for (const std::int32_t start : starts) {
      const std::int32_t* pixels = first + n * area + start;
      std::uint32_t hash = 0;
      for (std::size_t tap = 0; tap < taps.size(); ++tap)
        hash += static_cast<std::uint32_t>(pixels[taps[tap]]) * factors_[tap];
      add(hash ^ (hash >> 16), equal);
    }
  }
}

}  // namespace arcadecam::nn::steps
