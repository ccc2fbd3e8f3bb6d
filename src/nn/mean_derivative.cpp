#include "nn/mean_derivative.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/softmax.h"

namespace arcadecam::nn {

void mean_derivative(const ExpectedValue& op, const float* from, const float* to,
                     std::span<double> mean) {
  constexpr int kIntervals = 64;
  std::ranges::fill(mean, 0.0);
  std::vector<double> p(mean.size());
  for (int step = 0; step <= kIntervals; ++step) {
    const double t = static_cast<double>(step) / kIntervals;
    for (std::size_t k = 0; k < p.size(); ++k) p[k] = (1 - t) * from[k] + t * to[k];
    const double total = exponentials(p.data(), p.size(), p.data());
    double value = 0;
    for (std::size_t k = 0; k < p.size(); ++k) value += p[k] * op.support->data()[k];
    const double weight = step == 0 || step == kIntervals ? 1 : step % 2 == 1 ? 4 : 2;
    for (std::size_t k = 0; k < p.size(); ++k) {
      mean[k] += weight / (3 * kIntervals) * p[k] / total * (op.support->data()[k] - value / total);
    }
  }
}

}  // namespace arcadecam::nn
