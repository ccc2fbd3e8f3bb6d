#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcadecam/nn/graph.h"
#include "nn/steps/pixel_classes.h"
#include "nn/steps/pixel_masks.h"

namespace arcadecam::nn::steps {

/// The weights of a convolution as [tap][input][output].
Tensor arranged_for_pixels(const Tensor& weight);

/// A convolution on pixels whose channels lie side by side. Values that are zero are skipped, and
/// without padding windows that hold the same pixels are computed once (see PixelClasses). A
/// sample's sums run in one order, whatever else is computed.
class PixelConvolution {
 public:
  /// Whether the kernels can run it.
  static bool fits(const Conv2d& op, const Shape& input);

  /// From samples of shape `input` to samples of shape `output`.
  PixelConvolution(const Conv2d& op, const Shape& input, const Shape& output);

  /// `masks` are of the pixels of `count` samples, of which `alike` are alike (null: unknown).
  /// Leaves in `y` what the layer makes of them; returns which of its pixels are alike (null:
  /// unknown), until the next call.
  const PixelClasses* forward(const PixelMasks& masks, const PixelClasses* alike,
                              std::int64_t count, float* y);
  /// Whether there is padding: then compare() and update() must not be called.
  [[nodiscard]] bool is_padded() const { return padding_ > 0; }
  /// Compares a sample with one that was computed before it: finds the windows in which pixels of
  /// the input differ (`changed`, not 0); returns the input's pixels in them, until the next call.
  std::span<const std::int32_t> compare(std::span<const std::uint8_t> changed);
  /// After compare(): `y` from what the earlier sample had, `before`, which may be `y` itself.
  /// `masks` need hold only the pixels that compare() named. Returns which pixels of the output may
  /// differ from `before`, until the next call.
  const std::vector<std::uint8_t>* update(const PixelMasks& masks, const float* before, float* y);
  /// Writes to `gx`, or adds, what goes back from the gradients `masks` at the outputs of `count`
  /// samples.
  void backward(const PixelMasks& masks, std::int64_t count, bool accumulate, float* gx);

 private:
  /// Inputs whose windows meet the same part of the kernel on the way back: rows y and columns x
  /// with these remainders by the stride. It is a convolution of stride 1 on the outputs with a
  /// margin.
  struct Phase {
    std::vector<std::int32_t> shifts;
    Tensor weights;              ///< [tap][output][input]
    std::vector<PixelSum> sums;  ///< of one sample
  };

  void compute(const PixelMasks& masks, std::span<const std::int32_t> chosen, float* y);
  /// What was looked at, of `count` samples, with the padding around each.
  ActivePixels padded(const PixelMasks& masks, std::int64_t count);
  void prepare_backward();
  /// Repeats what phases and margin say of one sample for `count`.
  void repeat(std::int64_t count);

  Weights weight_;
  std::int64_t stride_, padding_;
  Shape input_, output_;
  std::int64_t in_area_, out_area_;
  std::int64_t window_width_, window_area_;  ///< of the input with its padding
  std::vector<float> bias_, zeros_;
  Tensor forward_;  ///< [tap][input][output]
  std::vector<std::int32_t> starts_, taps_, all_, chosen_, read_, padded_;
  std::vector<std::uint8_t> changed_, is_read_;
  std::vector<PixelSum> sums_;
  PixelClasses classes_;
  // For the way back, made on first use.
  std::vector<Phase> phases_;
  std::int64_t margin_height_ = 0, margin_width_ = 0;
  std::vector<std::int32_t> with_margin_;  ///< the output pixel, or −1
  std::int64_t repeated_ = 0;
};

}  // namespace arcadecam::nn::steps
