#pragma once

#include <cstdint>

namespace arcadecam::nn {

/// Up to this many samples our own loops, which skip inactive units, beat a dense matrix product
/// that reads every weight: at batch 1 a linear layer is bound by reading 6 MB of weights. Beyond
/// it oneDNN multiplies matrices, with other last digits.
inline constexpr std::int64_t kLargestSparseBatch = 64;

}  // namespace arcadecam::nn
