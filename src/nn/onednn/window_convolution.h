#pragma once

#include <memory>
#include <vector>

#include "nn/onednn/device.h"
#include "nn/steps/pixel_classes.h"

namespace arcadecam::nn::onednn {

/// The forward pass of a convolution without padding that computes windows which hold the same
/// pixels once (see PixelClasses). On other windows it is as fast as oneDNN's.
class WindowConvolution {
 public:
  /// Null where the CPU, the layouts or the number of channels do not allow it.
  static std::unique_ptr<WindowConvolution> make(const ConvolutionSite& site, const Conv2d& op);

  WindowConvolution(const ConvolutionSite& site, const Conv2d& op, std::int64_t panel);
  void run();

 private:
  /// Which windows are to be computed: pixels of the output, counted through the batch.
  std::span<const std::int32_t> choose();
  void compute(std::span<const std::int32_t> chosen);
  /// Gives the others what the first of their class has.
  void spread();

  /// Where an output's window begins, in elements of the input.
  std::int64_t window(std::int64_t output) const;
  float* result(std::int64_t output) const;

  ConvolutionSite site_;
  std::int64_t in_area_, out_area_, in_blocks_, out_blocks_;
  Tensor weights_, bias_;
  std::vector<std::uint16_t> narrow_weights_, narrow_input_;  ///< in bfloat16, or empty
  std::vector<std::int64_t> offsets_;
  std::vector<std::int32_t> starts_, taps_, all_;
  std::vector<const float*> windows_;
  std::vector<const std::uint16_t*> narrow_windows_;
  std::vector<float*> results_;
  steps::PixelClasses classes_;
};

}  // namespace arcadecam::nn::onednn
