#include "explain/completeness.h"

#include <algorithm>
#include <cmath>

#include "explain/sum_kernels.h"

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
  const Sums sums = sum_kernels().sums(result.planes.data(), result.planes.size());
  const double size = std::abs(baseline) + sums.sizes;
  return {query.value() - baseline, sums.values, {}, rounding_of(query, size)};
}

}  // namespace arcadecam::explain
