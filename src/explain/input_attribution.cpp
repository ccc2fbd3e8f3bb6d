#include "explain/input_attribution.h"

#include <algorithm>

#include "explain/layers.h"
#include "explain/plane_kernels.h"
#include "explain/sum_kernels.h"

namespace arcadecam::explain {

void sum_planes(Attribution& result) {
  const Shape plane = plane_of(result.planes.shape());
  result.raw.resize(plane);
  result.map.resize(plane);
  std::ranges::fill(result.raw.values(), 0.0F);
  std::ranges::fill(result.map.values(), 0.0F);
  for (std::int64_t c = 0; c < result.planes.shape()[0]; ++c) {
    sum_kernels().add(result.planes[c].data(), plane.count(), result.raw.data(), result.map.data());
  }
  const float largest = plane_kernels().spread(result.map.data(), plane.count()).high;
  if (largest == 0) return;
  plane_kernels().shift_and_divide(result.map.data(), plane.count(), 0, largest);
}

void raw_as_map(Attribution& result) {
  result.map.resize(result.raw.shape());
  std::ranges::copy(result.raw.values(), result.map.data());
}

void read_observation(const Query& query, MutableTensorView values) {
  if (const auto* bytes = std::get_if<ByteTensorView>(&query.observations.values)) {
    const ByteTensorView state = (*bytes)[query.sample];
    sum_kernels().widen(state.data(), state.size(), values.data());
  } else {
    const auto& floats = std::get<TensorView>(query.observations.values);
    std::ranges::copy(floats[query.sample].values(), values.data());
  }
}

}  // namespace arcadecam::explain
