#include "explain/fullgrad_sum.h"

#include <algorithm>

#include "explain/layers.h"
#include "explain/plane_kernels.h"

namespace arcadecam::explain {

BilinearResize FullGradSum::resize(Shape from, Shape to) const {
  return {from, to, scaling_ == Scaling::kChannel ? Alignment::kHalfPixel : Alignment::kCorners};
}

/// `add_magnitudes(c, to)` adds channel c's |terms| to `to` and returns their spread.
template <typename AddMagnitudes>
double FullGradSum::add_channels(const Shape& shape, const AddMagnitudes& add_magnitudes,
                                 float* map) {
  constexpr float kLayerEpsilon = 1e-6F;  // idiap's
  const bool together = scaling_ == Scaling::kLayer;
  const float epsilon = together ? kLayerEpsilon : kMinMaxEpsilon;
  const std::int64_t channels = shape[0], area = shape[1] * shape[2];
  const PlaneKernels& kernels = plane_kernels();
  magnitudes_.resize(Shape{area});
  // Σ (t − low)/d over channels that are scaled together is (Σ t − their number·low)/d: the
  // magnitudes are added up first and scaled once.
  double total = 0;
  float low = 0, high = 0;
  std::int64_t summed = 0;
  for (std::int64_t c = 0; c < channels; ++c) {
    if (summed == 0) std::ranges::fill(magnitudes_.values(), 0.0F);
    const Spread spread = add_magnitudes(c, magnitudes_.data());
    total += spread.sum;
    low = summed == 0 ? spread.low : std::min(low, spread.low);
    high = summed == 0 ? spread.high : std::max(high, spread.high);
    ++summed;
    if (together && c + 1 < channels) continue;
    if (high > low) {  // equal terms scale to zero: no rounding may show instead
      kernels.shift_and_divide(magnitudes_.data(), area, static_cast<float>(summed) * low,
                               epsilon + (high - low));
      kernels.add(magnitudes_.data(), area, 1.0F, map);
    }
    summed = 0;
  }
  return total;
}

double FullGradSum::add(TensorView gradient, std::span<const float> factors, BilinearResize& resize,
                        float* map) {
  const std::int64_t area = gradient.shape()[1] * gradient.shape()[2];
  sum_.resize(plane_of(gradient.shape()));
  std::ranges::fill(sum_.values(), 0.0F);
  const double total = add_channels(
      gradient.shape(),
      [&](std::int64_t c, float* to) {
        const float factor = factors.empty() ? 1.0F : factors[static_cast<std::size_t>(c)];
        return plane_kernels().add_magnitude(gradient[c].data(), area, factor, to);
      },
      sum_.data());
  resize.add(sum_.data(), 1.0F, map);
  return total;
}

double FullGradSum::add(TensorView x, TensorView gradient, float* map) {
  const std::int64_t area = gradient.shape()[1] * gradient.shape()[2];
  return add_channels(
      gradient.shape(),
      [&](std::int64_t c, float* to) {
        return plane_kernels().add_product(x[c].data(), gradient[c].data(), area, to);
      },
      map);
}

}  // namespace arcadecam::explain
