// Convolutions of any number of channels, in any layout: their values are gathered into pixels
// whose channels lie side by side, with zeros up to a multiple of eight (see PixelConvolution).
#include <algorithm>

#include "nn/steps/context.h"
#include "nn/steps/pixel_convolution.h"

namespace arcadecam::nn::steps {
namespace {

/// The next multiple of how many channels the kernels take together.
std::int64_t filled(std::int64_t channels) {
  constexpr std::int64_t kLanes = 8;
  return (channels + kLanes - 1) / kLanes * kLanes;
}

Shape filled(const Shape& shape) {
  return {filled(shape[0]), shape[1], shape[2]};
}

/// The same convolution with further channels that are zero.
Conv2d filled(const Conv2d& op) {
  const Shape& shape = op.weight->shape();
  const std::int64_t outputs = filled(shape[0]), inputs = filled(shape[1]);
  const std::int64_t kernel = shape[2] * shape[3];
  auto weight = std::make_shared<Tensor>(Shape{outputs, inputs, shape[2], shape[3]});
  for (std::int64_t o = 0; o < shape[0]; ++o) {
    std::copy_n(op.weight->data() + o * shape[1] * kernel, shape[1] * kernel,
                weight->data() + o * inputs * kernel);
  }
  auto bias = std::make_shared<Tensor>(Shape{outputs});
  if (op.bias) std::ranges::copy(op.bias->values(), bias->data());
  return {weight, bias, op.stride, op.padding};
}

class GatheredStep final : public StripStep {
 public:
  GatheredStep(const StepSite& site, const Conv2d& op)
      : StripStep(site.batch),
        site_(site),
        in_(filled(site.input_shape())),
        out_(filled(site.shape())),
        layer_(filled(op), in_, out_) {
    site.allocate(out_ == site.shape() ? Layout::kChannelsLast : Layout::kPlain);
  }

  void forward_strip(Samples samples) override {
    const NodeMemory& in = site_.input();
    NodeMemory& out = site_.output();
    out.classes = nullptr;
    out.changed = nullptr;
    for (std::int64_t n = 0; n < samples.count; ++n)
      gather(in, in.x(samples.first + n), site_.input_shape(), in_, room(pixels_, samples, in_, n));
    PixelMasks& masks = site_.context.masks();
    masks.look(pixels_.data(), samples.count * in_[1] * in_[2], in_[0]);
    if (out.layout() == Layout::kChannelsLast) {
      layer_.forward(masks, nullptr, samples.count, out.x(samples.first));
      return;
    }
    layer_.forward(masks, nullptr, samples.count, room(results_, samples, out_, 0));
    for (std::int64_t n = 0; n < samples.count; ++n)
      scatter(results_.data() + n * out_.count(), out_, false, site_.shape(), out,
              out.x(samples.first + n));
  }

  void backward_strip(Samples samples) override {
    NodeMemory &in = site_.input(), &out = site_.output();
    if (!in.gradient_wanted) return;
    const float* arriving = out.g(samples.first);
    if (out.layout() != Layout::kChannelsLast) {
      for (std::int64_t n = 0; n < samples.count; ++n)
        gather(out, out.g(samples.first + n), site_.shape(), out_,
               room(results_, samples, out_, n));
      arriving = results_.data();
    }
    PixelMasks& masks = site_.context.masks();
    masks.look(arriving, samples.count * out_[1] * out_[2], out_[0]);
    masks.list();
    layer_.backward(masks, samples.count, false, room(pixels_, samples, in_, 0));
    for (std::int64_t n = 0; n < samples.count; ++n)
      scatter(pixels_.data() + n * in_.count(), in_, in.gradient_started, site_.input_shape(), in,
              in.g(samples.first + n));
    in.gradient_started = true;
  }

 private:
  /// Where sample n of a strip is among values of the filled shape.
  static float* room(std::vector<float>& values, Samples samples, const Shape& shape,
                     std::int64_t n) {
    const auto size = static_cast<std::size_t>(samples.count * shape.count());
    if (values.size() < size) values.resize(size);
    return values.data() + n * shape.count();
  }

  /// A sample of a node, whose channels after the `shape` of it are zero.
  void gather(const NodeMemory& node, const float* sample, const Shape& shape, const Shape& full,
              float* pixels) {
    if (shape == full) {
      if (node.layout() == Layout::kChannelsLast) {
        std::copy_n(sample, shape.count(), pixels);
      } else {
        from_plain(in_order(node, sample, shape), shape, false, Layout::kChannelsLast, pixels);
      }
      return;
    }
    const std::int64_t area = shape[1] * shape[2];
    const float* plain = in_order(node, sample, shape);
    for (std::int64_t i = 0; i < area; ++i) {
      for (std::int64_t c = 0; c < full[0]; ++c)
        pixels[i * full[0] + c] = c < shape[0] ? plain[c * area + i] : 0.0F;
    }
  }

  /// The way back: written, or added.
  void scatter(const float* pixels, const Shape& full, bool accumulate, const Shape& shape,
               const NodeMemory& node, float* sample) {
    const std::int64_t area = shape[1] * shape[2];
    plain_.resize(static_cast<std::size_t>(shape.count()));
    for (std::int64_t c = 0; c < shape[0]; ++c) {
      for (std::int64_t i = 0; i < area; ++i)
        plain_[static_cast<std::size_t>(c * area + i)] = pixels[i * full[0] + c];
    }
    from_plain(plain_.data(), shape, accumulate, node.layout(), sample);
  }

  const float* in_order(const NodeMemory& node, const float* sample, const Shape& shape) {
    if (node.layout() == Layout::kPlain) return sample;
    plain_.resize(static_cast<std::size_t>(shape.count()));
    to_plain(node.layout(), sample, shape, plain_.data());
    return plain_.data();
  }

  StepSite site_;
  Shape in_, out_;  ///< filled
  PixelConvolution layer_;
  std::vector<float> pixels_, results_, plain_;
};

}  // namespace

std::unique_ptr<PlanStep> make_gathered_convolution(const StepSite& site, const Conv2d& op) {
  return std::make_unique<GatheredStep>(site, op);
}

}  // namespace arcadecam::nn::steps
