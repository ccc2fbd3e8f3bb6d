#include "explain/rectified_way.h"

#include <algorithm>
#include <utility>

#include "explain/plane_kernels.h"
#include "explain/sum_kernels.h"

namespace arcadecam::explain {
namespace {

/// C order → pixel by pixel.
std::vector<float> by_pixels(const float* values, std::int64_t channels, std::int64_t area) {
  std::vector<float> result(static_cast<std::size_t>(channels * area));
  for (std::int64_t c = 0; c < channels; ++c) {
    for (std::int64_t i = 0; i < area; ++i)
      result[static_cast<std::size_t>(i * channels + c)] = values[c * area + i];
  }
  return result;
}

}  // namespace

RectifiedWay::RectifiedWay(const nn::Conv2d& op, const Shape& input, const Shape& output,
                           const float* from, const float* to, std::vector<float> positions)
    : input_(input),
      output_(output),
      positions_(std::move(positions)),
      in_area_(input[1] * input[2]),
      out_area_(output[1] * output[2]),
      forward_(static_cast<std::size_t>(op.weight->size())),
      backward_(forward_.size()),
      readers_(static_cast<std::size_t>(in_area_)),
      from_(by_pixels(from, input[0], in_area_)),
      way_(by_pixels(to, input[0], in_area_)),
      constant_(static_cast<std::size_t>(output.count())),
      slope_(constant_.size()),
      arrived_(constant_.size()),
      back_(from_.size()) {
  for (std::size_t i = 0; i < way_.size(); ++i) way_[i] -= from_[i];
  const std::int64_t inputs = input[0], outputs = output[0];
  const std::int64_t height = op.weight->shape()[2], width = op.weight->shape()[3];
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t i = 0; i < inputs; ++i) {
      for (std::int64_t t = 0; t < height * width; ++t) {
        const float weight = op.weight->data()[(o * inputs + i) * height * width + t];
        forward_[static_cast<std::size_t>((t * inputs + i) * outputs + o)] = weight;
        backward_[static_cast<std::size_t>((t * outputs + o) * inputs + i)] = weight;
      }
    }
  }
  for (std::int64_t window = 0; window < out_area_; ++window) {
    const std::int64_t top = window / output[2] * op.stride - op.padding;
    const std::int64_t left = window % output[2] * op.stride - op.padding;
    for (std::int64_t t = 0; t < height * width; ++t) {
      const std::int64_t y = top + t / width, x = left + t % width;
      if (y < 0 || y >= input[1] || x < 0 || x >= input[2]) continue;
      readers_[static_cast<std::size_t>(y * input[2] + x)].push_back({window, t});
    }
    for (std::int64_t o = 0; o < outputs && op.bias; ++o)
      constant_[static_cast<std::size_t>(window * outputs + o)] = op.bias->data()[o];
  }
  find_crossings();
  begin();
}

bool RectifiedWay::is_active(std::size_t value, std::int64_t point) const {
  return from_[value] + positions_[static_cast<std::size_t>(point)] * way_[value] > 0;
}

void RectifiedWay::find_crossings() {
  const std::int64_t last = std::ssize(positions_) - 1;
  for (std::size_t i = 0; i < from_.size(); ++i) {
    const bool upward = is_active(i, last);
    if (is_active(i, 0) == upward) continue;
    std::int64_t before = 0, after = last;
    while (after - before > 1) {
      const std::int64_t middle = (before + after) / 2;
      (is_active(i, middle) == upward ? after : before) = middle;
    }
    const auto at = static_cast<std::int64_t>(i);
    crossings_.push_back({after, at / input_[0], at % input_[0], upward});
  }
  std::ranges::stable_sort(crossings_, {}, &Crossing::point);
}

void RectifiedWay::begin() {
  const std::int64_t inputs = input_[0], outputs = output_[0];
  std::vector<float> from(static_cast<std::size_t>(inputs)), way(from.size());
  for (std::int64_t pixel = 0; pixel < in_area_; ++pixel) {
    for (std::int64_t c = 0; c < inputs; ++c) {
      const auto i = static_cast<std::size_t>(pixel * inputs + c);
      const bool active = is_active(i, 0);
      from[static_cast<std::size_t>(c)] = active ? from_[i] : 0.0F;
      way[static_cast<std::size_t>(c)] = active ? way_[i] : 0.0F;
    }
    for (const Reader& reader : readers_[static_cast<std::size_t>(pixel)]) {
      const float* weights = forward_.data() + reader.tap * inputs * outputs;
      plane_kernels().add_rows(weights, from.data(), inputs, outputs,
                               constant_.data() + reader.pixel * outputs);
      plane_kernels().add_rows(weights, way.data(), inputs, outputs,
                               slope_.data() + reader.pixel * outputs);
    }
  }
}

void RectifiedWay::cross(const Crossing& crossing) {
  const std::int64_t inputs = input_[0], outputs = output_[0];
  const auto i = static_cast<std::size_t>(crossing.pixel * inputs + crossing.channel);
  const float sign = crossing.upward ? 1.0F : -1.0F;
  for (const Reader& reader : readers_[static_cast<std::size_t>(crossing.pixel)]) {
    const float* weights = forward_.data() + (reader.tap * inputs + crossing.channel) * outputs;
    plane_kernels().add(weights, outputs, sign * from_[i],
                        constant_.data() + reader.pixel * outputs);
    plane_kernels().add(weights, outputs, sign * way_[i], slope_.data() + reader.pixel * outputs);
  }
}

void RectifiedWay::values(std::int64_t point, std::span<float> to) {
  for (; crossed_ < crossings_.size() && crossings_[crossed_].point <= point; ++crossed_)
    cross(crossings_[crossed_]);
  const float position = positions_[static_cast<std::size_t>(point)];
  const std::int64_t outputs = output_[0];
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t i = 0; i < out_area_; ++i) {
      const auto at = static_cast<std::size_t>(i * outputs + o);
      to[static_cast<std::size_t>(o * out_area_ + i)] = constant_[at] + position * slope_[at];
    }
  }
}

float RectifiedWay::arrived_at(std::int64_t pixel, std::int64_t channel) const {
  const std::int64_t inputs = input_[0], outputs = output_[0];
  float sum = 0;
  for (const Reader& reader : readers_[static_cast<std::size_t>(pixel)]) {
    sum += sum_kernels().dot(forward_.data() + (reader.tap * inputs + channel) * outputs,
                             arrived_.data() + reader.pixel * outputs, outputs);
  }
  return sum;
}

void RectifiedWay::arrive(std::int64_t point, const float* gradient, float weight) {
  for (; carried_ < crossings_.size() && crossings_[carried_].point <= point; ++carried_) {
    const Crossing& crossing = crossings_[carried_];
    const float sum = arrived_at(crossing.pixel, crossing.channel);
    // Of a value that comes to life, all but what has arrived so far counts.
    back_[static_cast<std::size_t>(crossing.pixel * input_[0] + crossing.channel)] =
        crossing.upward ? -sum : sum;
  }
  const std::int64_t outputs = output_[0];
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t i = 0; i < out_area_; ++i)
      arrived_[static_cast<std::size_t>(i * outputs + o)] += weight * gradient[o * out_area_ + i];
  }
}

void RectifiedWay::carry_back(std::span<float> to) {
  const std::int64_t inputs = input_[0], outputs = output_[0];
  const std::int64_t last = std::ssize(positions_) - 1;
  std::vector<float> sums(static_cast<std::size_t>(inputs));
  for (std::int64_t pixel = 0; pixel < in_area_; ++pixel) {
    std::ranges::fill(sums, 0.0F);
    for (const Reader& reader : readers_[static_cast<std::size_t>(pixel)]) {
      plane_kernels().add_rows(backward_.data() + reader.tap * inputs * outputs,
                               arrived_.data() + reader.pixel * outputs, outputs, inputs,
                               sums.data());
    }
    for (std::int64_t c = 0; c < inputs; ++c) {
      const auto i = static_cast<std::size_t>(pixel * inputs + c);
      const float all = is_active(i, last) ? sums[static_cast<std::size_t>(c)] : 0.0F;
      to[static_cast<std::size_t>(c * in_area_ + pixel)] = all + back_[i];
    }
  }
}

}  // namespace arcadecam::explain
