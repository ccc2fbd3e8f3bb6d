#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "nn/kernels/kernels.h"
#include "nn/steps/plain_memory.h"

namespace arcadecam::nn::steps {
namespace {

/// Keeps its input's layout, whatever that is.
class ScaleStep final : public StripStep {
 public:
  ScaleStep(const StepSite& site, const Scale& op)
      : StripStep(site.batch), site_(site), factor_(op.factor) {
    site.allocate(site.input().layout());
  }
  void forward_strip(Samples samples) override {
    NodeMemory& out = site_.output();
    kernels().scale(site_.input().x(samples.first), out.elements(samples), factor_, false,
                    out.x(samples.first));
  }
  void backward_strip(Samples samples) override {
    NodeMemory& in = site_.input();
    if (!in.gradient_wanted) return;
    kernels().scale(site_.output().g(samples.first), in.elements(samples), factor_,
                    in.gradient_started, in.g(samples.first));
    in.gradient_started = true;
  }

 private:
  StepSite site_;
  float factor_;
};

class ReluStep final : public StripStep {
 public:
  explicit ReluStep(const StepSite& site) : StripStep(site.batch), site_(site) {
    site.allocate(site.input().layout());
  }
  void forward_strip(Samples samples) override {
    const NodeMemory& in = site_.input();
    NodeMemory& out = site_.output();
    out.classes = in.classes;
    out.changed = in.changed;
    const std::int64_t first = samples.first;
    if (in.shared == 0) return kernels().relu(in.x(first), out.elements(samples), out.x(first));
    std::uint8_t* signs = signs_of(first);
    if (in.changed == nullptr || out.x(first) != out.x_before(first)) {
      for (std::int64_t n = 0; n < samples.count; ++n) {
        kernels().relu_and_signs(in.x(first + n), out.elements({0, 1}), out.x(first + n),
                                 signs_of(first + n));
      }
      return;
    }
    // What the sample before has left is right where nothing has changed.
    const std::uint8_t* before = signs_of((first > 0 ? first : site_.batch) - 1);
    if (before != signs) std::copy_n(before, sample_signs(), signs);
    const std::int64_t channels = site_.shape()[0];
    for (std::int64_t i = 0; i < std::ssize(*in.changed); ++i) {
      if ((*in.changed)[static_cast<std::size_t>(i)] == 0) continue;
      kernels().relu_and_signs(in.x(first) + i * channels, channels, out.x(first) + i * channels,
                               signs + i * channels / kByte);
    }
  }
  void backward_strip(Samples samples) override {
    NodeMemory &in = site_.input(), &out = site_.output();
    if (!in.gradient_wanted) return;
    const std::int64_t first = samples.first;
    if (in.shared == 0) {
      kernels().relu_gradient(in.x(first), out.g(first), in.elements(samples), in.gradient_started,
                              in.g(first));
    } else {
      for (std::int64_t n = first; n < first + samples.count; ++n) {
        kernels().relu_gradient_of_signs(signs_of(n), out.g(n), in.elements({0, 1}),
                                         in.gradient_started, in.g(n));
      }
    }
    in.gradient_started = true;
  }

 private:
  static constexpr std::int64_t kByte = 8;

  /// Bytes of a sample; a pixel whose channels are compared has whole bytes.
  [[nodiscard]] std::int64_t sample_signs() const {
    return (site_.output().elements({0, 1}) + kByte - 1) / kByte;
  }
  std::uint8_t* signs_of(std::int64_t sample) {
    if (signs_.empty()) signs_.resize(static_cast<std::size_t>(site_.batch * sample_signs()));
    return signs_.data() + sample * sample_signs();
  }

  StepSite site_;
  std::vector<std::uint8_t> signs_;  ///< of the input, where its activations are shared
};

/// Inference-mode batch normalisation is one factor and one offset per channel.
class BatchNormStep final : public PlanStep {
 public:
  BatchNormStep(const StepSite& site, const BatchNorm2d& op)
      : site_(site), source_(site.input().activation) {
    site.allocate(Layout::kPlain);
    // The gradient travels back the other way.
    if (site.input().layout() != Layout::kPlain)
      carried_ = Memory({site.batch, site.shape(), Layout::kPlain});
    for (std::int64_t c = 0; c < site.shape()[0]; ++c) {
      const double factor =
          op.gamma->data()[c] / std::sqrt(double{op.variance->data()[c]} + op.epsilon);
      factors_.push_back(static_cast<float>(factor));
      offsets_.push_back(static_cast<float>(op.beta->data()[c] - op.mean->data()[c] * factor));
    }
  }

  void forward() override {
    const float* x = source_.fetch();
    for_each_channel([&](std::size_t c, std::int64_t at, std::int64_t area) {
      for (std::int64_t i = at; i < at + area; ++i)
        site_.output().x()[i] = x[i] * factors_[c] + offsets_[c];
    });
  }

  void backward() override {
    NodeMemory& in = site_.input();
    if (!in.gradient_wanted) return;
    float* g = carried_ ? carried_.data() : in.g();
    if (carried_ || !in.gradient_started) std::fill_n(g, site_.output().elements(), 0.0F);
    for_each_channel([&](std::size_t c, std::int64_t at, std::int64_t area) {
      for (std::int64_t i = at; i < at + area; ++i) g[i] += site_.output().g()[i] * factors_[c];
    });
    if (carried_) add_gradient(carried_, in);
    in.gradient_started = true;
  }

 private:
  template <typename F>
  void for_each_channel(F&& visit) const {
    const std::int64_t channels = site_.shape()[0], area = site_.shape()[1] * site_.shape()[2];
    for (std::int64_t i = 0; i < site_.batch * channels; ++i) {
      visit(static_cast<std::size_t>(i % channels), i * area, area);
    }
  }

  StepSite site_;
  PlainCopy source_;
  Memory carried_;
  std::vector<float> factors_, offsets_;
};

/// Flat values are a view of the C order.
class FlattenStep final : public StripStep {
 public:
  explicit FlattenStep(const StepSite& site) : StripStep(site.batch), site_(site) {
    site.allocate(Layout::kPlain);
  }
  void forward_strip(Samples samples) override {
    for (std::int64_t n = samples.first; n < samples.first + samples.count; ++n)
      to_plain(site_.input().layout(), site_.input().x(n), site_.input_shape(),
               site_.output().x(n));
  }
  void backward_strip(Samples samples) override {
    NodeMemory& in = site_.input();
    if (!in.gradient_wanted) return;
    for (std::int64_t n = samples.first; n < samples.first + samples.count; ++n)
      from_plain(site_.output().g(n), site_.input_shape(), in.gradient_started, in.layout(),
                 in.g(n));
    in.gradient_started = true;
  }

 private:
  StepSite site_;
};

/// Takes the layout of its first input; the second is reordered where it differs.
class AddStep final : public PlanStep {
 public:
  explicit AddStep(const StepSite& site) : site_(site), second_(site.input(1).activation) {
    site.allocate(site.input(0).layout());
    if (differ()) second_ = Memory(site.output().desc());
  }
  void forward() override {
    if (differ()) bring(site_.input(1).activation, false, second_);
    const float *a = site_.input(0).x(), *b = second_.data();
    for (std::int64_t i = 0; i < site_.output().elements(); ++i)
      site_.output().x()[i] = a[i] + b[i];
  }
  void backward() override {
    pass_to(site_.input(0));
    if (!differ()) {
      pass_to(site_.input(1));
    } else if (site_.input(1).gradient_wanted) {
      add_gradient(site_.output().gradient, site_.input(1));
    }
  }

 private:
  [[nodiscard]] bool differ() const { return site_.input(0).layout() != site_.input(1).layout(); }

  void pass_to(NodeMemory& in) const {
    if (!in.gradient_wanted) return;
    if (!in.gradient_started) std::fill_n(in.g(), in.elements(), 0.0F);
    for (std::int64_t i = 0; i < in.elements(); ++i) in.g()[i] += site_.output().g()[i];
    in.gradient_started = true;
  }

  StepSite site_;
  Memory second_;
};

}  // namespace

std::unique_ptr<PlanStep> make_elementwise(const StepSite& site, const Op& op) {
  if (const auto* scale = std::get_if<Scale>(&op)) return std::make_unique<ScaleStep>(site, *scale);
  if (const auto* norm = std::get_if<BatchNorm2d>(&op))
    return std::make_unique<BatchNormStep>(site, *norm);
  if (std::holds_alternative<Relu>(op)) return std::make_unique<ReluStep>(site);
  if (std::holds_alternative<Flatten>(op)) return std::make_unique<FlattenStep>(site);
  if (std::holds_alternative<Add>(op)) return std::make_unique<AddStep>(site);
  throw bad_input("network node '{}': this engine has no {}", site.graph.node(site.node).name,
                  op_name(op));
}

}  // namespace arcadecam::nn::steps
