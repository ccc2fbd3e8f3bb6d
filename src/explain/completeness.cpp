#include "explain/completeness.h"

#include <algorithm>
#include <cmath>

namespace arcadecam::explain {

double rounding_of(const Query& query, double size) {
  constexpr double kRelative = 1e-6;
  double largest = std::max(size, std::abs(query.value()));
  // A target may be the small difference of large outputs.
  for (const float value : query.outputs().values())
    largest = std::max(largest, std::abs(static_cast<double>(value)));
  return kRelative * largest;
}

Completeness completeness_of_difference(const Query& query, double baseline,
                                        const Attribution& result) {
  double sum = 0, size = std::abs(baseline);
  for (const float value : result.planes.values()) {
    sum += value;
    size += std::abs(value);
  }
  return {query.value() - baseline, sum, {}, rounding_of(query, size)};
}

}  // namespace arcadecam::explain
