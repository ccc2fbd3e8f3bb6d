#pragma once

#include <vector>

namespace arcadecam {

/// The source pixels along one axis that each target pixel covers when a picture is shrunk by area
/// averaging, and what part of the target each of them is; as OpenCV's INTER_AREA computes it:
/// float32 weights, slivers thinner than a thousandth of a pixel dropped.
struct AreaCells {
  std::vector<int> first;      ///< [target] the first source pixel
  std::vector<float> weights;  ///< [taps, target], 0 where a cell covers fewer than `taps`
  int taps = 0;
};

/// `target_count` must be 1 … `source`.
[[nodiscard]] AreaCells area_cells(int source, int target_count);

}  // namespace arcadecam
