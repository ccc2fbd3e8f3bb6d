#include "nn/kernels/weight_layouts.h"

#include "nn/kernels/kernels.h"

namespace arcadecam::nn {
namespace {

/// The matrix in half precision; empty where that does not hold it exactly or the CPU cannot read
/// it.
std::vector<std::uint16_t> halved(const Tensor& matrix) {
  if (kernels().add_half_rows == nullptr) return {};
  std::vector<std::uint16_t> result(static_cast<std::size_t>(matrix.size()));
  if (!kernels().halve(matrix.data(), matrix.size(), result.data())) result.clear();
  return result;
}

}  // namespace

std::shared_ptr<WeightLayouts> make_weight_layouts() {
  return std::make_shared<WeightLayouts>();
}

const Tensor& WeightLayouts::strips(const Weights& matrix, bool transposed) {
  const std::scoped_lock lock(mutex_);
  Tensor& result = (transposed ? transposed_strips_ : strips_)[matrix];
  if (!result.empty()) return result;
  const std::int64_t height = matrix->shape()[0], width = matrix->shape()[1];
  const std::int64_t rows = transposed ? width : height, columns = transposed ? height : width;
  result.resize({(columns + kStrip - 1) / kStrip, rows, kStrip});
  for (std::int64_t c = 0; c < columns; ++c) {
    float* strip = result.data() + c / kStrip * rows * kStrip + c % kStrip;
    const float* from = matrix->data() + (transposed ? c * width : c);
    const std::int64_t step = transposed ? 1 : width;
    for (std::int64_t r = 0; r < rows; ++r) strip[r * kStrip] = from[r * step];
  }
  return result;
}

const Rows& WeightLayouts::rows(const Weights& matrix, bool transposed) {
  const std::scoped_lock lock(mutex_);
  Rows& result = (transposed ? transposed_rows_ : rows_)[matrix];
  if (!result.empty()) return result;
  const std::int64_t height = matrix->shape()[0], width = matrix->shape()[1];
  result.single = *matrix;
  if (transposed) {
    for (std::int64_t r = 0; r < height; ++r) {
      for (std::int64_t c = 0; c < width; ++c)
        result.single.data()[c * height + r] = matrix->data()[r * width + c];
    }
  }
  result.half = halved(result.single);
  if (!result.half.empty()) result.single = {};
  return result;
}

bool WeightLayouts::halves(const Weights& matrix) {
  return !halved(*matrix).empty();
}

}  // namespace arcadecam::nn
