#include "game/antialiased_resize.h"

#include <algorithm>
#include <cmath>

namespace arcadecam::game {
namespace {

constexpr int kBits = 22;

std::uint8_t rounded(std::int64_t sum) {
  return static_cast<std::uint8_t>(
      std::clamp<std::int64_t>((sum + (1 << (kBits - 1))) >> kBits, 0, 255));
}

}  // namespace

AntialiasedResize::AntialiasedResize(int height, int width, int plane_height, int plane_width)
    : height_(height),
      width_(width),
      columns_(taps(width, plane_width)),
      rows_(taps(height, plane_height)),
      narrow_(static_cast<std::size_t>(height * plane_width)) {}

// Pillow's precompute_coeffs() and normalize_coeffs_8bpc().
std::vector<AntialiasedResize::Taps> AntialiasedResize::taps(int source_size, int target_size) {
  const double scale = static_cast<double>(source_size) / target_size;
  const double support = std::max(scale, 1.0);
  const double inverse = 1.0 / support;
  std::vector<Taps> result;
  std::vector<double> weights;
  for (int target = 0; target < target_size; ++target) {
    const double centre = (target + 0.5) * scale;
    const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int end = std::min(static_cast<int>(centre + support + 0.5), source_size);
    weights.clear();
    double sum = 0;
    for (int pixel = first; pixel < end; ++pixel) {
      weights.push_back(std::max(1.0 - std::abs((pixel - centre + 0.5) * inverse), 0.0));
      sum += weights.back();
    }
    Taps& taps = result.emplace_back(Taps{first, {}});
    for (const double weight : weights) {
      const double share = sum != 0 ? weight / sum : weight;
      taps.weights.push_back(static_cast<int>(0.5 + share * (1 << kBits)));
    }
  }
  return result;
}

void AntialiasedResize::operator()(std::span<const std::uint8_t> screen,
                                   std::span<std::uint8_t> plane) {
  std::uint8_t* target = narrow_.data();
  for (int y = 0; y < height_; ++y) {
    const std::uint8_t* line = screen.data() + y * width_;
    for (const Taps& column : columns_) {
      std::int64_t sum = 0;
      const std::uint8_t* pixel = line + column.first;
      for (const int weight : column.weights) sum += std::int64_t{weight} * *pixel++;
      *target++ = rounded(sum);
    }
  }
  target = plane.data();
  const auto width = std::ssize(columns_);
  for (const Taps& row : rows_) {
    for (std::ptrdiff_t x = 0; x < width; ++x) {
      std::int64_t sum = 0;
      const std::uint8_t* pixel = narrow_.data() + row.first * width + x;
      for (const int weight : row.weights) {
        sum += std::int64_t{weight} * *pixel;
        pixel += width;
      }
      *target++ = rounded(sum);
    }
  }
}

}  // namespace arcadecam::game
