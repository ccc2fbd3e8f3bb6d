#include "explain/input_attribution.h"

#include <algorithm>
#include <cmath>

#include "explain/layers.h"

namespace arcadecam::explain {

void sum_planes(Attribution& result) {
  const Shape plane = plane_of(result.planes.shape());
  result.raw.resize(plane);
  result.map.resize(plane);
  std::ranges::fill(result.raw.values(), 0.0F);
  std::ranges::fill(result.map.values(), 0.0F);
  for (std::int64_t c = 0; c < result.planes.shape()[0]; ++c) {
    const float* values = result.planes[c].data();
    for (std::int64_t i = 0; i < plane.count(); ++i) {
      result.raw.data()[i] += values[i];
      result.map.data()[i] += std::abs(values[i]);
    }
  }
  const float largest = *std::ranges::max_element(result.map.values());
  if (largest == 0) return;
  for (float& value : result.map.values()) value /= largest;
}

void raw_as_map(Attribution& result) {
  result.map.resize(result.raw.shape());
  std::ranges::copy(result.raw.values(), result.map.data());
}

void read_observation(const Query& query, MutableTensorView values) {
  std::visit(
      [&](const auto& batch) { std::ranges::copy(batch[query.sample].values(), values.data()); },
      query.observations.values);
}

}  // namespace arcadecam::explain
