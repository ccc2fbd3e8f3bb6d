// A convolution with few input channels and a stride, such as the first of every Atari network
// (8×8, stride 4, 4 channels), as a convolution of stride 1 on an input whose stride×stride squares
// have become channels. oneDNN's kernels want at least 8 channels: without them the gradient with
// respect to the input falls to a reference loop, some 300 times slower.
#include <algorithm>
#include <utility>

#include "nn/kernels/kernels.h"
#include "nn/onednn/device.h"
#include "nn/steps/pixel_classes.h"

namespace arcadecam::nn::onednn {
namespace {

using steps::Layout;

class SpaceToDepthConvolution final : public steps::PlanStep {
 public:
  SpaceToDepthConvolution(Device& device, const steps::StepSite& site, const Conv2d& op)
      : site_(site), stride_(op.stride) {
    const Shape& input = site.input_shape();
    depth_shape_ = {input[0] * stride_ * stride_, input[1] / stride_, input[2] / stride_};
    op_ = {steps::rearranged(*op.weight, stride_), op.bias, 1, 0};
    const ConvolutionSite inner{device,        site.batch,   rearranged_,
                                site.output(), depth_shape_, site.shape()};
    convolution_ = make_plain_convolution(inner, op_);
    block_ = steps::channels_in_block(rearranged_.layout());
    if (rearranged_.layout() == Layout::kPlain) block_ = 1;
    // stride·stride pixels of a square lie in whole runs of `stride_` inside a block.
    direct_ = block_ > 0 &&
              (block_ == 1 || (block_ % stride_ == 0 && depth_shape_[0] % block_ == 0)) &&
              site.input().layout() == Layout::kPlain;
  }

  /// Whether the layouts that oneDNN chose can be filled without a detour.
  [[nodiscard]] bool usable() const { return direct_; }

  bool forward_scaled(const Observations& observations, float factor, steps::Samples) override {
    if (!squares_fill_blocks()) return false;
    if (const auto* bytes = std::get_if<ByteTensorView>(&observations.values)) {
      fill(kernels().squares_of_bytes, bytes->data(), factor);
    } else {
      fill(kernels().squares_of_floats, std::get<TensorView>(observations.values).data(), factor);
    }
    convolve();
    return true;
  }

  void forward() override {
    if (squares_fill_blocks()) {
      fill(kernels().squares_of_floats, site_.input().x(), 1.0F);
      return convolve();
    }
    for_each_run(
        [](float* depth, float* image, std::int64_t step, std::int64_t length) {
          for (std::int64_t i = 0; i < length; ++i) depth[i * step] = image[i];
        },
        rearranged_.x(), site_.input().x());
    convolve();
  }

  void backward() override {
    steps::NodeMemory& input = site_.input();
    if (!input.gradient_wanted) return;
    rearranged_.gradient_wanted = true;
    rearranged_.gradient_started = false;
    convolution_->backward();
    if (squares_fill_blocks()) {
      const std::int64_t height = depth_shape_[1], width = depth_shape_[2], count = height * width;
      for (std::int64_t plane = 0; plane < site_.batch * site_.input_shape()[0]; ++plane) {
        kernels().image_of_squares(rearranged_.g() + plane * count * block_, height, width,
                                   input.gradient_started, input.g() + plane * count * block_);
      }
      input.gradient_started = true;
      return;
    }
    if (!input.gradient_started) std::fill_n(input.g(), input.elements(), 0.0F);
    for_each_run(
        [](const float* depth, float* image, std::int64_t step, std::int64_t length) {
          for (std::int64_t i = 0; i < length; ++i) image[i] += depth[i * step];
        },
        rearranged_.g(), input.g());
    input.gradient_started = true;
  }

 private:
  /// Every plane's squares, times `factor`, one block of channels each.
  template <typename T>
  void fill(void (*squares)(const T*, std::int64_t, std::int64_t, float, float*), const T* image,
            float factor) {
    const std::int64_t height = depth_shape_[1], width = depth_shape_[2];
    const std::int64_t count = height * width * block_;
    for (std::int64_t plane = 0; plane < site_.batch * site_.input_shape()[0]; ++plane)
      squares(image + plane * count, height, width, factor, rearranged_.x() + plane * count);
  }

  void convolve() {
    const WindowKernels* windows = window_kernels();
    rearranged_.classes = nullptr;
    if (windows != nullptr && windows->lanes == block_) {
      classes_.classify(*windows, rearranged_.x(), site_.batch, depth_shape_[1] * depth_shape_[2],
                        depth_shape_[0] / block_);
      if (!classes_.hardly_any()) rearranged_.classes = &classes_;
    }
    convolution_->forward();
  }

  /// Whether a plane's squares are one block of channels each, as of an Atari network with AVX-512.
  [[nodiscard]] bool squares_fill_blocks() const { return stride_ == 4 && block_ == 16; }

  /// Visits every run of `stride_` neighbouring pixels of a row: visit(depth, image, step, length),
  /// the run's elements `step` apart in depth and adjacent in the image.
  template <typename F>
  void for_each_run(F&& visit, float* depth, float* image) const {
    const std::int64_t s = stride_, height = depth_shape_[1], width = depth_shape_[2];
    const std::int64_t area = height * width, channels = site_.input_shape()[0];
    const std::int64_t step = block_ == 1 ? area : 1;
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      for (std::int64_t row = 0; row < channels * s; ++row) {  // (c, dy)
        const std::int64_t c = row / s, dy = row % s, channel = row * s;
        float* at =
            depth + (n * depth_shape_[0] + channel / block_ * block_) * area + channel % block_;
        for (std::int64_t y = 0; y < height; ++y) {
          float* line = image + ((n * channels + c) * height * s + y * s + dy) * width * s;
          for (std::int64_t x = 0; x < width; ++x)
            visit(at + (y * width + x) * block_, line + x * s, step, s);
        }
      }
    }
  }

  steps::StepSite site_;
  std::int64_t stride_;
  Shape depth_shape_;
  Conv2d op_;
  steps::NodeMemory rearranged_;
  steps::PixelClasses classes_;
  std::unique_ptr<steps::PlanStep> convolution_;
  std::int64_t block_ = 0;
  bool direct_ = false;
};

}  // namespace

std::unique_ptr<steps::PlanStep> make_rearranged_convolution(Device& device,
                                                             const steps::StepSite& site,
                                                             const Conv2d& op) {
  if (!steps::worth_rearranging(op, site.input_shape())) return nullptr;
  auto step = std::make_unique<SpaceToDepthConvolution>(device, site, op);
  if (!step->usable()) return nullptr;
  return step;
}

}  // namespace arcadecam::nn::onednn
