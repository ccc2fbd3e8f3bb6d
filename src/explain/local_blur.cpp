#include "explain/local_blur.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "explain/plane_kernels.h"

namespace arcadecam::explain {
namespace {

constexpr double kLargestSigma = 100;
constexpr std::int64_t kLargestStride = 1000;

}  // namespace

LocalBlur::LocalBlur(const Shape& input, const Params& params)
    : input_(input),
      plane_(plane_of(input)),
      stride_(params.integer("stride", 1, kLargestStride)),
      blur_(params.number("blur", 0, kLargestSigma)),
      grid_{(plane_[0] + stride_ - 1) / stride_, (plane_[1] + stride_ - 1) / stride_},
      rows_(responses(plane_[0], params.number("mask", 0, kLargestSigma))),
      columns_(responses(plane_[1], params.number("mask", 0, kLargestSigma))),
      mask_(plane_),
      scores_(grid_),
      resize_(grid_, plane_, Alignment::kHalfPixel) {}

Tensor LocalBlur::responses(std::int64_t length, double sigma) {
  Tensor result(Shape{length, length});
  for (std::int64_t at = 0; at < length; ++at) {
    result[at].data()[at] = 1;
    gaussian_smooth({result[at].data(), Shape{1, length}}, sigma);
  }
  return result;
}

void LocalBlur::make_mask(std::int64_t row, std::int64_t column) {
  // A disc of radius 1 is five pixels; smoothing is linear and separable.
  std::fill_n(mask_.data(), mask_.size(), 0.0F);
  constexpr std::array<std::array<std::int64_t, 2>, 5> kDisc{
      {{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}}};
  const std::int64_t height = plane_[0], width = plane_[1];
  first_ = height;
  end_ = 0;
  for (const auto& [down, right] : kDisc) {
    const std::int64_t r = row + down, c = column + right;
    if (r < 0 || r >= height || c < 0 || c >= width) continue;
    const float *along_y = rows_[r].data(), *along_x = columns_[c].data();
    for (std::int64_t y = 0; y < height; ++y) {
      if (along_y[y] == 0) continue;
      plane_kernels().add(along_x, width, along_y[y], mask_.data() + y * width);
      first_ = std::min(first_, y);
      end_ = std::max(end_, y + 1);
    }
  }
  float* const reached = mask_.data() + first_ * width;
  const std::int64_t size = (end_ - first_) * width;
  plane_kernels().shift_and_divide(reached, size, 0.0F, plane_kernels().spread(reached, size).high);
}

void LocalBlur::score(const Query& query, const nn::Watch& read, const Score& score,
                      Attribution& result) {
  observation_.resize(input_);
  read_observation(query, observation_.view());
  difference_ = observation_;
  for (std::int64_t c = 0; c < input_[0]; ++c) gaussian_smooth(difference_[c], blur_);
  for (std::int64_t i = 0; i < difference_.size(); ++i)
    difference_.data()[i] -= observation_.data()[i];
  query.probe.run(
      query, {scores_.size(), read},
      [&](std::int64_t index, std::span<float> values) {
        make_mask(index / grid_[1] * stride_, index % grid_[1] * stride_);
        std::ranges::copy(observation_.values(), values.begin());
        const std::int64_t area = plane_.count();
        const std::int64_t begin = first_ * plane_[1], end = end_ * plane_[1];
        for (std::int64_t c = 0; c < input_[0]; ++c) {
          const float* __restrict x = observation_.data() + c * area;
          const float* __restrict d = difference_.data() + c * area;
          const float* __restrict mask = mask_.data();
          float* __restrict to = values.data() + c * area;
          for (std::int64_t i = begin; i < end; ++i) to[i] = x[i] + mask[i] * d[i];
        }
      },
      [&](std::int64_t index, const Query& probed) {
        scores_.data()[index] = static_cast<float>(score(probed));
      });
  result.raw.resize(plane_);
  std::ranges::fill(result.raw.values(), 0.0F);
  resize_.add(scores_.data(), 1.0F, result.raw.data());
  map_of_sizes(result);
  result.layers.clear();
}

void map_of_sizes(Attribution& result) {
  result.map.resize(result.raw.shape());
  std::ranges::transform(result.raw.values(), result.map.data(),
                         [](float value) { return std::abs(value); });
  const float largest = *std::ranges::max_element(result.map.values());
  if (largest == 0) return;
  for (float& value : result.map.values()) value /= largest;
}

}  // namespace arcadecam::explain
