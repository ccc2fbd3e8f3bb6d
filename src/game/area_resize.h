#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace arcadecam::game {

/// Side of an observed plane in pixels.
inline constexpr int kPlaneSide = 84;
inline constexpr int kPlanePixels = kPlaneSide * kPlaneSide;

/// Shrinks an emulator screen (palette indices) to an 84×84 grey plane by area averaging, equal bit
/// for bit to OpenCV's cv::resize(…, INTER_AREA) of the grey screen wherever the sides are not both
/// multiples of 84: each weight is a float32, rows are reduced along x first, columns then along y,
/// the sum is rounded half to even.
class AreaResize {
 public:
  /// `height` and `width` of the screens in pixels, each 84 … 504; throws Error otherwise.
  AreaResize(int height, int width);

  /// `screen`: height×width indices into `grey`, whose values are 0 … 255.
  void operator()(std::span<const std::uint8_t> screen, std::span<const float, 256> grey,
                  std::span<std::uint8_t, kPlanePixels> plane);

 private:
  /// The source pixels that each of the 84 target pixels covers, and what part of it each is.
  struct Cells {
    std::vector<int> first;      ///< [84]
    std::vector<float> weights;  ///< [taps, 84], 0 where a cell covers fewer than `taps`
    int taps = 0;
  };
  static Cells cells(int source_size);
  void reduce_row(const std::uint8_t* row, std::span<const float, 256> grey);

  int height_, width_;
  Cells columns_, rows_;
  std::vector<float> line_;     ///< a source row in grey, zeros beyond its end
  std::vector<float> reduced_;  ///< [84] the row reduced along x
};

}  // namespace arcadecam::game
