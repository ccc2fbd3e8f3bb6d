#include "game/linear_resize.h"

#include <algorithm>
#include <cmath>

namespace arcadecam::game {

LinearResize::LinearResize(int height, int width, int plane_height, int plane_width)
    : width_(width),
      columns_(taps(width, plane_width, true)),
      rows_(taps(height, plane_height, false)) {}

std::vector<LinearResize::Tap> LinearResize::taps(int source_size, int target_size, bool along_x) {
  constexpr float kOne = 2048;
  std::vector<Tap> result;
  const double scale = static_cast<double>(source_size) / target_size;
  for (int target = 0; target < target_size; ++target) {
    const auto centre = static_cast<float>((target + 0.5) * scale - 0.5);
    int first = static_cast<int>(std::floor(centre));
    float part = centre - static_cast<float>(first);
    // Beyond the edges OpenCV takes the last column alone, but the last row twice.
    if (along_x && (first < 0 || first >= source_size - 1)) {
      first = std::clamp(first, 0, source_size - 1);
      part = 0;
    }
    result.push_back({std::clamp(first, 0, source_size - 1),
                      std::clamp(first + 1, 0, source_size - 1),
                      static_cast<int>(std::lrint(part * kOne)),
                      static_cast<int>(std::lrint((1 - part) * kOne))});
  }
  return result;
}

void LinearResize::operator()(std::span<const std::uint8_t> screen,
                              std::span<std::uint8_t> plane) const {
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
