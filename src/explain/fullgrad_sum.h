#pragma once

#include "arcadecam/explain/map_algebra.h"

namespace arcadecam::explain {

/// How FullGrad adds up terms (Srinivas & Fleuret 2019, eq. 8): their sizes scaled to 0…1, summed
/// over channels, resized to the picture.
class FullGradSum {
 public:
  enum class Scaling {
    kLayer,    ///< each layer's terms together, epsilon 1e-6: idiap's ψ; aligned corners
    kChannel,  ///< each channel on its own, epsilon 1e-7, half-pixel: pytorch-grad-cam's
  };
  explicit FullGradSum(Scaling scaling) : scaling_(scaling) {}

  /// The resize from a layer to the picture that goes with the scaling. Sizes as height, width.
  [[nodiscard]] BilinearResize resize(Shape from, Shape to) const;

  /// Adds `terms` (C×h×w, overwritten) to `map` by way of `resize`, or where that is null as they
  /// are. Resizing is linear: one resize of the sum is the sum of the resizes.
  void add(MutableTensorView terms, BilinearResize* resize, float* map);

 private:
  Scaling scaling_;
  Tensor sum_;
};

}  // namespace arcadecam::explain
