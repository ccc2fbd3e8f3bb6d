// Which step computes a convolution.
#include "nn/steps/context.h"

namespace arcadecam::nn::steps {

bool worth_rearranging(const Conv2d& op, const Shape& input) {
  constexpr std::int64_t kEnoughChannels = 8;
  const Shape& kernel = op.weight->shape();
  const std::int64_t s = op.stride;
  return input[0] < kEnoughChannels && s > 1 && op.padding == 0 && kernel[2] % s == 0 &&
         kernel[3] % s == 0 && input[1] % s == 0 && input[2] % s == 0 &&
         input[0] * s * s >= kEnoughChannels;
}

Weights rearranged(const Tensor& weight, std::int64_t s) {
  const Shape& shape = weight.shape();
  const std::int64_t outputs = shape[0], channels = shape[1], height = shape[2], width = shape[3];
  auto result = std::make_shared<Tensor>(Shape{outputs, channels * s * s, height / s, width / s});
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t y = 0; y < height; ++y) {
        for (std::int64_t x = 0; x < width; ++x) {
          const std::int64_t channel = (c * s + y % s) * s + x % s;
          result->data()[((o * channels * s * s + channel) * (height / s) + y / s) * (width / s) +
                         x / s] = weight.data()[((o * channels + c) * height + y) * width + x];
        }
      }
    }
  }
  return result;
}

std::unique_ptr<PlanStep> make_convolution(const StepSite& site, const Conv2d& op) {
  if (Library* library = site.context.library()) {
    if (auto step = library->convolution(site, op)) return step;
  }
  if (auto squares = make_squares_convolution(site, op)) return squares;
  if (auto pixels = make_pixel_convolution(site, op)) return pixels;
  return make_gathered_convolution(site, op);
}

}  // namespace arcadecam::nn::steps
