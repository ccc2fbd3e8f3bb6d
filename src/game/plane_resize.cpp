#include "game/plane_resize.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace arcadecam::game {
namespace {

using Filter = std::variant<AreaResize, NearestResize, LinearResize, AntialiasedResize>;

Filter filter_of(const atari::Pixels& pixels, int height, int width) {
  switch (pixels.filter) {
    case atari::Pixels::Filter::kNearest:
      return NearestResize(height, width, pixels.height, pixels.width);
    case atari::Pixels::Filter::kLinear:
      return LinearResize(height, width, pixels.height, pixels.width);
    case atari::Pixels::Filter::kAntialiased:
      return AntialiasedResize(height, width, pixels.height, pixels.width);
    case atari::Pixels::Filter::kArea:
      break;
  }
  return AreaResize(height, width, pixels.height, pixels.width);
}

std::vector<int> nearest(int source_size, int target_size) {
  // As OpenCV computes it: a product with the inverse of an inverse.
  const double scale = 1.0 / (static_cast<double>(target_size) / source_size);
  std::vector<int> result;
  for (int target = 0; target < target_size; ++target)
    result.push_back(std::min(static_cast<int>(std::floor(target * scale)), source_size - 1));
  return result;
}

}  // namespace

NearestResize::NearestResize(int height, int width, int plane_height, int plane_width)
    : width_(width), columns_(nearest(width, plane_width)), rows_(nearest(height, plane_height)) {}

void NearestResize::operator()(std::span<const std::uint8_t> screen,
                               std::span<std::uint8_t> plane) const {
  std::uint8_t* target = plane.data();
  for (const int row : rows_) {
    const std::uint8_t* line = screen.data() + row * width_;
    for (const int column : columns_) *target++ = line[column];
  }
}

PlaneResize::PlaneResize(const atari::Pixels& pixels, int height, int width)
    : filter_(filter_of(pixels, height, width)),
      greys_(static_cast<std::size_t>(height) * static_cast<std::size_t>(width)) {
  std::iota(identity_.begin(), identity_.end(), 0.0F);
}

void PlaneResize::operator()(std::span<const std::uint8_t> screen, std::span<std::uint8_t> plane) {
  std::visit(
      [&](auto& filter) {
        if constexpr (std::is_same_v<std::decay_t<decltype(filter)>, AreaResize>) {
          filter(screen, identity_, plane);
        } else {
          filter(screen, plane);
        }
      },
      filter_);
}

void PlaneResize::operator()(std::span<const std::uint8_t> screen, std::span<const float, 256> grey,
                             std::span<std::uint8_t> plane) {
  (*this)(screen, grey, plane, {}, {});
}

void PlaneResize::operator()(std::span<const std::uint8_t> screen, std::span<const float, 256> grey,
                             std::span<std::uint8_t> plane,
                             std::span<const std::uint8_t> known_screen,
                             std::span<const std::uint8_t> known_plane) {
  if (auto* area = std::get_if<AreaResize>(&filter_))
    return (*area)(screen, grey, plane, known_screen, known_plane);
  std::ranges::transform(screen, greys_.begin(), [&](std::uint8_t pixel) {
    return static_cast<std::uint8_t>(grey[pixel]);
  });
  (*this)(greys_, plane);
}

}  // namespace arcadecam::game
