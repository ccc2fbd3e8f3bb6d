#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace arcadecam {

/// e^(x − largest x) of each number, which softmax divides by their sum, in the type of `weights`;
/// returns that sum, at least 1. There is at least one number; `weights` has as many and may be the
/// same memory.
template <typename To, typename From>
To exponentials(const From* numbers, std::size_t count, To* weights) {
  const To top = *std::max_element(numbers, numbers + count);
  To total = 0;
  for (std::size_t i = 0; i < count; ++i)
    total += weights[i] = std::exp(static_cast<To>(numbers[i]) - top);
  return total;
}

/// The softmax of the numbers, of which there is at least one. `probabilities` has as many and may
/// be the same memory.
template <typename To, typename From>
void softmax(const From* numbers, std::size_t count, To* probabilities) {
  const To total = exponentials(numbers, count, probabilities);
  for (std::size_t i = 0; i < count; ++i) probabilities[i] /= total;
}

}  // namespace arcadecam
