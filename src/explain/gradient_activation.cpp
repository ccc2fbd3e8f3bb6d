#include "explain/gradient_activation.h"

namespace arcadecam::explain {

void add_gradient_times_activation(const float* gradient, const float* activation,
                                   std::int64_t channels, std::int64_t area, float* sum) {
  for (std::int64_t c = 0; c < channels; ++c, gradient += area, activation += area) {
#pragma omp simd
    for (std::int64_t i = 0; i < area; ++i) sum[i] += gradient[i] * activation[i];
  }
}

}  // namespace arcadecam::explain
