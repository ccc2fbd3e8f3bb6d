#include "nn/steps/pixel_convolution.h"

#include <omp.h>

#include <algorithm>
#include <numeric>

namespace arcadecam::nn::steps {

Tensor arranged_for_pixels(const Tensor& weight) {
  const Shape& shape = weight.shape();
  const std::int64_t outputs = shape[0], inputs = shape[1], taps = shape[2] * shape[3];
  Tensor result(Shape{taps, inputs, outputs});
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t i = 0; i < inputs; ++i) {
      for (std::int64_t t = 0; t < taps; ++t)
        result.data()[(t * inputs + i) * outputs + o] = weight.data()[(o * inputs + i) * taps + t];
    }
  }
  return result;
}

namespace {

constexpr std::int64_t kLanes = 8;

/// Shared among threads where that is worth it.
void add(const ActivePixels& from, const PixelTaps& taps, std::span<const PixelSum> sums,
         float* y) {
  constexpr std::int64_t kWorthAThread = 48;
  const std::int64_t count = std::ssize(sums), threads = omp_get_max_threads();
  const std::int64_t share = std::max(kWorthAThread, (count + threads - 1) / threads);
  const std::int64_t shares = (count + share - 1) / share;
#pragma omp parallel for schedule(static) if (shares > 1 && threads > 1)
  for (std::int64_t s = 0; s < shares; ++s) {
    pixel_kernels().add(from, taps, sums.data() + s * share, std::min(share, count - s * share), y);
  }
}

}  // namespace

bool PixelConvolution::fits(const Conv2d& op, const Shape& input) {
  return input[0] % kLanes == 0 && op.weight->shape()[0] % kLanes == 0;
}

PixelConvolution::PixelConvolution(const Conv2d& op, const Shape& input, const Shape& output)
    : weight_(op.weight),
      stride_(op.stride),
      padding_(op.padding),
      input_(input),
      output_(output),
      in_area_(input[1] * input[2]),
      out_area_(output[1] * output[2]),
      window_width_(input[2] + 2 * op.padding),
      window_area_((input[1] + 2 * op.padding) * window_width_),
      bias_(static_cast<std::size_t>(output[0])),
      zeros_(static_cast<std::size_t>(input[0])),
      forward_(arranged_for_pixels(*op.weight)) {
  if (op.bias) std::ranges::copy(op.bias->values(), bias_.begin());
  for (std::int64_t y = 0; y < op.weight->shape()[2]; ++y) {
    for (std::int64_t x = 0; x < op.weight->shape()[3]; ++x)
      taps_.push_back(static_cast<std::int32_t>(y * window_width_ + x));
  }
  for (std::int64_t y = 0; y < output[1]; ++y) {
    for (std::int64_t x = 0; x < output[2]; ++x)
      starts_.push_back(static_cast<std::int32_t>((y * window_width_ + x) * op.stride));
  }
}

const PixelClasses* PixelConvolution::forward(const PixelMasks& masks, const PixelClasses* alike,
                                              std::int64_t count, float* y) {
  if (alike != nullptr && padding_ == 0) {
    classes_.classify(*alike, count, in_area_, starts_, taps_);
    if (!classes_.hardly_any()) {
      compute(masks, classes_.distinct(), y);
      const std::vector<std::int32_t>& first = classes_.first();
      const std::int64_t outputs = output_[0];
      for (std::int64_t i = 0; i < std::ssize(first); ++i) {
        const std::int64_t same = first[static_cast<std::size_t>(i)];
        if (same != i) std::copy_n(y + same * outputs, outputs, y + i * outputs);
      }
      return &classes_;
    }
  }
  const auto size = static_cast<std::size_t>(count * out_area_);
  if (all_.size() < size) {
    all_.resize(size);
    std::iota(all_.begin(), all_.end(), 0);
  }
  compute(masks, std::span(all_).first(size), y);
  return nullptr;
}

std::span<const std::int32_t> PixelConvolution::compare(std::span<const std::uint8_t> changed) {
  changed_.assign(starts_.size(), 0);
  // Tap by tap, so that the loop runs over windows side by side.
  for (const std::int32_t tap : taps_) {
    for (std::size_t w = 0; w < starts_.size(); ++w)
      changed_[w] |= changed[static_cast<std::size_t>(starts_[w] + tap)];
  }
  chosen_.clear();
  is_read_.assign(changed.size(), 0);
  for (std::size_t w = 0; w < starts_.size(); ++w) {
    if (changed_[w] == 0) continue;
    chosen_.push_back(static_cast<std::int32_t>(w));
    for (const std::int32_t tap : taps_) is_read_[static_cast<std::size_t>(starts_[w] + tap)] = 1;
  }
  read_.clear();
  for (std::size_t i = 0; i < is_read_.size(); ++i) {
    if (is_read_[i] != 0) read_.push_back(static_cast<std::int32_t>(i));
  }
  return read_;
}

const std::vector<std::uint8_t>* PixelConvolution::update(const PixelMasks& masks,
                                                          const float* before, float* y) {
  if (before != y) std::copy_n(before, output_.count(), y);
  compute(masks, chosen_, y);
  return &changed_;
}

void PixelConvolution::compute(const PixelMasks& masks, std::span<const std::int32_t> chosen,
                               float* y) {
  sums_.clear();
  const std::int64_t outputs = output_[0];
  for (const std::int32_t pixel : chosen) {
    const std::int64_t start =
        pixel / out_area_ * window_area_ + starts_[static_cast<std::size_t>(pixel % out_area_)];
    sums_.push_back({static_cast<std::int32_t>(start), pixel * outputs});
  }
  const ActivePixels from =
      padding_ == 0 ? masks.pixels() : padded(masks, std::ssize(chosen) / out_area_);
  add(from, {taps_.data(), std::ssize(taps_), forward_.data(), output_[0], bias_.data()}, sums_, y);
}

ActivePixels PixelConvolution::padded(const PixelMasks& masks, std::int64_t count) {
  padded_.assign(static_cast<std::size_t>(count * window_area_), -1);
  const std::int32_t* place = masks.pixels().places;
  for (std::int64_t n = 0; n < count; ++n) {
    for (std::int64_t y = 0; y < input_[1]; ++y, place += input_[2]) {
      std::copy_n(place, input_[2],
                  padded_.begin() + n * window_area_ + (y + padding_) * window_width_ + padding_);
    }
  }
  return masks.pixels_at(padded_);
}

void PixelConvolution::prepare_backward() {
  const std::int64_t inputs = input_[0], outputs = output_[0];
  const std::int64_t height = weight_->shape()[2], width = weight_->shape()[3];
  // Above and left of the outputs: as far as the kernel reaches.
  const std::int64_t above = (height - 1) / stride_, left = (width - 1) / stride_;
  margin_height_ = (input_[1] + padding_ - 1) / stride_ + 1 + above;
  margin_width_ = (input_[2] + padding_ - 1) / stride_ + 1 + left;
  for (std::int64_t top = 0; top < std::min(stride_, height); ++top) {
    for (std::int64_t side = 0; side < std::min(stride_, width); ++side) {
      Phase& phase = phases_.emplace_back();
      const std::int64_t rows = (height - top - 1) / stride_ + 1;
      const std::int64_t columns = (width - side - 1) / stride_ + 1;
      phase.weights.resize(Shape{rows * columns, outputs, inputs});
      for (std::int64_t t = 0; t < rows * columns; ++t) {
        const std::int64_t r = t / columns, c = t % columns;
        phase.shifts.push_back(static_cast<std::int32_t>(-(r * margin_width_ + c)));
        const std::int64_t at = (top + r * stride_) * width + side + c * stride_;
        for (std::int64_t o = 0; o < outputs; ++o) {
          for (std::int64_t i = 0; i < inputs; ++i)
            phase.weights.data()[(t * outputs + o) * inputs + i] =
                weight_->data()[(o * inputs + i) * height * width + at];
        }
      }
    }
  }
}

void PixelConvolution::repeat(std::int64_t count) {
  if (phases_.empty()) prepare_backward();
  if (repeated_ >= count) return;
  const std::int64_t above = (weight_->shape()[2] - 1) / stride_;
  const std::int64_t left = (weight_->shape()[3] - 1) / stride_;
  const std::int64_t margin_area = margin_height_ * margin_width_;
  for (std::int64_t n = repeated_; n < count; ++n) {
    for (std::int64_t i = 0; i < margin_area; ++i) {
      const std::int64_t y = i / margin_width_ - above, x = i % margin_width_ - left;
      const bool inside = y >= 0 && y < output_[1] && x >= 0 && x < output_[2];
      with_margin_.push_back(
          static_cast<std::int32_t>(inside ? n * out_area_ + y * output_[2] + x : -1));
    }
    std::size_t phase = 0;
    for (std::int64_t top = 0; top < std::min(stride_, weight_->shape()[2]); ++top) {
      for (std::int64_t side = 0; side < std::min(stride_, weight_->shape()[3]); ++side, ++phase) {
        // Rows and columns of the input with its padding, of those that lie in it.
        const std::int64_t first_row = padding_ + (top + stride_ - padding_ % stride_) % stride_;
        const std::int64_t first = padding_ + (side + stride_ - padding_ % stride_) % stride_;
        for (std::int64_t y = first_row; y < input_[1] + padding_; y += stride_) {
          for (std::int64_t x = first; x < input_[2] + padding_; x += stride_) {
            const std::int64_t pixel =
                n * margin_area + (y / stride_ + above) * margin_width_ + x / stride_ + left;
            phases_[phase].sums.push_back(
                {static_cast<std::int32_t>(pixel),
                 (n * in_area_ + (y - padding_) * input_[2] + x - padding_) * input_[0]});
          }
        }
      }
    }
  }
  repeated_ = count;
}

void PixelConvolution::backward(const PixelMasks& masks, std::int64_t count, bool accumulate,
                                float* gx) {
  repeat(count);
  // Where the kernel is smaller than the stride, nothing goes back to some of the pixels.
  const bool to_all = weight_->shape()[2] >= stride_ && weight_->shape()[3] >= stride_;
  if (!accumulate && !to_all) std::fill_n(gx, count * input_.count(), 0.0F);
  const float* begin = !accumulate && to_all ? zeros_.data() : nullptr;
  const ActivePixels from = masks.pixels_at(with_margin_);
  for (const Phase& phase : phases_) {
    const auto size = static_cast<std::size_t>(std::ssize(phase.sums) / repeated_ * count);
    add(from,
        {phase.shifts.data(), std::ssize(phase.shifts), phase.weights.data(), input_[0], begin},
        std::span(phase.sums).first(size), gx);
  }
}

}  // namespace arcadecam::nn::steps
