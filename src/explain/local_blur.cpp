#include "explain/local_blur.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "explain/plane_kernels.h"

namespace arcadecam::explain {
namespace {

constexpr double kLargestSigma = 100;
constexpr std::int64_t kLargestStride = 1000;

/// From the first place where a line is not 0 to after the last.
std::pair<int, int> reach(const float* line, std::int64_t length) {
  const auto is_some = [](float value) { return value != 0; };
  const float* const first = std::find_if(line, line + length, is_some);
  const float* end = line + length;
  while (end != first && end[-1] == 0) --end;
  return {static_cast<int>(first - line), static_cast<int>(end - line)};
}

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
  reached_ = {};
  for (const auto& [down, right] : kDisc) {
    const std::int64_t r = row + down, c = column + right;
    if (r < 0 || r >= height || c < 0 || c >= width) continue;
    const float *along_y = rows_[r].data(), *along_x = columns_[c].data();
    const auto [top, bottom] = reach(along_y, height);
    const auto [left, end] = reach(along_x, width);
    for (int y = top; y < bottom; ++y)
      plane_kernels().add(along_x, width, along_y[y], mask_.data() + y * width);
    reached_ = cover(reached_, {left, top, end - left, bottom - top});
  }
  float* const reached = mask_.data() + reached_.top * width;
  const std::int64_t size = reached_.height * width;
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
      query, {scores_.size(), read}, observation_.view(),
      [&](std::int64_t index, std::span<float> values) {
        make_mask(index / grid_[1] * stride_, index % grid_[1] * stride_);
        const std::int64_t area = plane_.count(), width = plane_[1];
        for (std::int64_t c = 0; c < input_[0]; ++c) {
          for (std::int64_t y = reached_.top; y < reached_.top + reached_.height; ++y) {
            const std::int64_t row = y * width + reached_.left;
            const float* __restrict d = difference_.data() + c * area + row;
            const float* __restrict mask = mask_.data() + row;
            float* __restrict to = values.data() + c * area + row;
            for (std::int64_t x = 0; x < reached_.width; ++x) to[x] += mask[x] * d[x];
          }
        }
        return reached_;
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
