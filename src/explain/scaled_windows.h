#pragma once

#include <vector>

#include "arcadecam/core/tensor.h"
#include "arcadecam/explain/map_algebra.h"

namespace arcadecam::explain {

/// A picture enlarged to several sizes, and windows of the picture's own size on each of them
/// (Tursun et al. 2022, as pytorch-grad-cam lays them).
class ScaledWindows {
 public:
  /// Where a window is: the enlarged picture's size, and the window's upper left corner on it.
  struct Window {
    std::int64_t height, width, top, left;
  };

  /// `plane`: height, width. Size k of `sizes` (from 0) is the shorter side plus k·round(growth·the
  /// shorter side); the longer side grows with it. On each, windows lie side by side, the last ones
  /// moved back to the edge.
  ScaledWindows(Shape plane, std::int64_t sizes, double growth);

  [[nodiscard]] const std::vector<Window>& windows() const { return windows_; }

  /// What window `index` shows of `picture` (planes×height×width), into `values`. Windows of one
  /// size after each other are fast.
  void cut(TensorView picture, std::size_t index, std::span<float> values);
  /// Nothing is known of the enlarged picture any more: another one follows.
  void forget() { enlarged_ = nullptr; }

  /// A map over window `index` at its place on the picture, zero elsewhere, into `placed` (plane).
  void paste(TensorView map, std::size_t index, MutableTensorView placed);

 private:
  Shape plane_;
  std::vector<Window> windows_;
  const Window* enlarged_ = nullptr;  ///< a window on what large_ holds
  Tensor large_, canvas_;
};

}  // namespace arcadecam::explain
