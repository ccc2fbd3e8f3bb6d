#include "explain/fullgrad_sum.h"

#include <algorithm>
#include <cmath>

#include "explain/layers.h"

namespace arcadecam::explain {

BilinearResize FullGradSum::resize(Shape from, Shape to) const {
  return {from, to, scaling_ == Scaling::kChannel ? Alignment::kHalfPixel : Alignment::kCorners};
}

void FullGradSum::add(MutableTensorView terms, BilinearResize* resize, float* map) {
  for (float& term : terms.values()) term = std::abs(term);
  const Shape plane = plane_of(terms.shape());
  const std::int64_t channels = terms.shape()[0], area = plane.count();
  if (scaling_ == Scaling::kChannel) {
    for (std::int64_t c = 0; c < channels; ++c) minmax(terms[c].values());
  } else {
    constexpr float kEpsilon = 1e-6F;  // idiap's
    minmax(terms.values(), kEpsilon);
  }
  sum_.resize(plane);
  std::ranges::fill(sum_.values(), 0.0F);
  for (std::int64_t c = 0; c < channels; ++c) {
    const float* channel = terms.data() + c * area;
    for (std::int64_t i = 0; i < area; ++i) sum_.data()[i] += channel[i];
  }
  if (resize != nullptr) {
    resize->add(sum_.data(), 1.0F, map);
  } else {
    for (std::int64_t i = 0; i < area; ++i) map[i] += sum_.data()[i];
  }
}

}  // namespace arcadecam::explain
