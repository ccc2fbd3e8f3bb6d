#include "nn/kernels/weight_layouts.h"

#include <algorithm>
#include <utility>

#include "nn/kernels/kernels.h"

namespace arcadecam::nn {
namespace {

constexpr std::int64_t kTile = 32;  ///< rows and columns that stay in the first cache

/// `from` is height×width in C order; `to` becomes width×height.
template <typename T>
void transpose(const T* from, std::int64_t height, std::int64_t width, T* to) {
  for (std::int64_t top = 0; top < height; top += kTile) {
    const std::int64_t bottom = std::min(top + kTile, height);
    for (std::int64_t left = 0; left < width; left += kTile) {
      const std::int64_t right = std::min(left + kTile, width);
      for (std::int64_t c = left; c < right; ++c) {
        for (std::int64_t r = top; r < bottom; ++r) to[c * height + r] = from[r * width + c];
      }
    }
  }
}

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
  std::vector<std::uint16_t> half = halved(*matrix);
  if (!half.empty() && !transposed) {
    result.half = std::move(half);
  } else if (!half.empty()) {
    result.half.resize(half.size());
    transpose(half.data(), height, width, result.half.data());
  } else {
    result.single = *matrix;
    if (transposed) transpose(matrix->data(), height, width, result.single.data());
  }
  return result;
}

bool WeightLayouts::halves(const Weights& matrix) {
  const std::scoped_lock lock(mutex_);
  const auto [known, is_new] = halves_.try_emplace(matrix, false);
  if (is_new) known->second = !halved(*matrix).empty();
  return known->second;
}

}  // namespace arcadecam::nn
