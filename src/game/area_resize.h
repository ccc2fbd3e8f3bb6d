#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "atari/pixels.h"
#include "core/area_cells.h"

namespace arcadecam::game {

/// Shrinks an emulator screen (palette indices) to a grey plane by area averaging, equal bit for
/// bit to OpenCV's cv::resize(…, INTER_AREA) of the grey screen: each weight is a float32, rows are
/// reduced along x first, columns then along y, the sum is rounded half to even. Where each side
/// is a whole multiple of the plane's, OpenCV sums whole numbers (and rounds blocks of 2×2 half
/// up), and so does this.
class AreaResize {
 public:
  /// `height` and `width` of the screens in pixels, each 1 to 6 times the plane's; throws Error
  /// otherwise.
  AreaResize(int height, int width, int plane_height = atari::kPlaneSide,
             int plane_width = atari::kPlaneSide);

  /// `screen`: height×width indices into `grey`, whose values are 0 … 255 and whole; `plane`:
  /// plane_height×plane_width.
  void operator()(std::span<const std::uint8_t> screen, std::span<const float, 256> grey,
                  std::span<std::uint8_t> plane);
  /// The same where it is known what another screen becomes with these greys: lines of the plane
  /// over which both screens are alike are copied.
  void operator()(std::span<const std::uint8_t> screen, std::span<const float, 256> grey,
                  std::span<std::uint8_t> plane, std::span<const std::uint8_t> known_screen,
                  std::span<const std::uint8_t> known_plane);

 private:
  void reduce_row(const std::uint8_t* row, std::span<const float, 256> grey);
  void average_blocks(std::span<const std::uint8_t> screen, std::span<const float, 256> grey,
                      std::span<std::uint8_t> plane) const;

  int height_, width_, plane_height_, plane_width_;
  AreaCells columns_, rows_;
  std::vector<float> line_;     ///< a source row in grey, zeros beyond its end
  std::vector<float> reduced_;  ///< [plane_width] the row reduced along x
  std::vector<float> sum_;      ///< [plane_width] of the rows of a plane's line
};

}  // namespace arcadecam::game
