#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "picture/image.h"

namespace arcadecam::render {

/// Where the planes of a picture as yuv420p go: luma of every pixel, then blueness and redness of
/// two by two; and how far their lines are apart.
struct Yuv420Planes {
  std::array<std::uint8_t*, 3> data{};
  std::array<std::ptrdiff_t, 3> stride{};
};

/// Fills the planes by BT.709 in limited range (luma 16 … 235), in whole numbers: the same bytes on
/// every processor. The picture's extents must be even.
void to_yuv420(const picture::Image& image, const Yuv420Planes& planes);

}  // namespace arcadecam::render
