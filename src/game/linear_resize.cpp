#include "game/linear_resize.h"

#include <algorithm>
#include <cmath>

namespace arcadecam::game {

LinearResize::LinearResize(int height, int width)
    : width_(width), columns_(taps(width)), rows_(taps(height)) {}

std::array<LinearResize::Tap, kPlaneSide> LinearResize::taps(int source_size) {
  constexpr float kOne = 2048;
  std::array<Tap, kPlaneSide> result{};
  const double scale = static_cast<double>(source_size) / kPlaneSide;
  for (int target = 0; target < kPlaneSide; ++target) {
    const auto centre = static_cast<float>((target + 0.5) * scale - 0.5);
    int first = static_cast<int>(std::floor(centre));
    float part = centre - static_cast<float>(first);
    if (first < 0) {
      first = 0;
      part = 0;
    }
    if (first >= source_size - 1) {
      first = source_size - 1;
      part = 0;
    }
    result.at(static_cast<std::size_t>(target)) = {first, std::min(first + 1, source_size - 1),
                                                   static_cast<int>(std::lrint(part * kOne)),
                                                   static_cast<int>(std::lrint((1 - part) * kOne))};
  }
  return result;
}

void LinearResize::operator()(std::span<const std::uint8_t> screen,
                              std::span<std::uint8_t, kPlanePixels> plane) {
  std::uint8_t* target = plane.data();
  for (const Tap& row : rows_) {
    const std::uint8_t* upper = screen.data() + row.first * width_;
    const std::uint8_t* lower = screen.data() + row.second * width_;
    for (const Tap& column : columns_) {
      const auto along = [&](const std::uint8_t* line) {
        return line[column.first] * column.opposite + line[column.second] * column.weight;
      };
      const int above = (row.opposite * (along(upper) >> 4)) >> 16;
      const int below = (row.weight * (along(lower) >> 4)) >> 16;
      *target++ = static_cast<std::uint8_t>((above + below + 2) >> 2);
    }
  }
}

}  // namespace arcadecam::game
