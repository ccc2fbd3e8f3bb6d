#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

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
  /// A layer whose terms are added up.
  struct Layer {
    int node;
    std::string name;
    std::vector<float> bias;               ///< of each channel; empty: the terms are gradients
    std::optional<BilinearResize> resize;  ///< to the picture; none: it has no place there
  };

  explicit FullGradSum(Scaling scaling) : scaling_(scaling) {}

  /// The resize from a layer to the picture that goes with the scaling. Sizes as height, width.
  [[nodiscard]] BilinearResize resize(Shape from, Shape to) const;

  /// Adds the terms factor_c·g of a layer (gradient g, C×h×w; no factors: 1) to `map` by way of
  /// `resize`. Resizing is linear: one resize of the sum is the sum of the resizes. Returns the sum
  /// of the terms as they are.
  double add(TensorView gradient, std::span<const float> factors, BilinearResize& resize,
             float* map);
  /// The same of a layer that has a place in the picture.
  double add(TensorView gradient, Layer& layer, float* map) {
    return add(gradient, layer.bias, *layer.resize, map);
  }
  /// The same with the terms x·g of two arrays of the picture's size.
  double add(TensorView x, TensorView gradient, float* map);

 private:
  template <typename AddMagnitudes>
  double add_channels(const Shape& shape, const AddMagnitudes& add_magnitudes, float* map);

  Scaling scaling_;
  Tensor sum_, magnitudes_;
};

}  // namespace arcadecam::explain
