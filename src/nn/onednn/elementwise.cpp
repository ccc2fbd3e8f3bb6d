#include <algorithm>
#include <cmath>
#include <optional>

#include "arcadecam/core/error.h"
#include "nn/kernels/kernels.h"
#include "nn/onednn/context.h"

namespace arcadecam::nn::onednn {
namespace {

/// Keeps its input's layout, whatever that is.
class ScaleStep final : public StripStep {
 public:
  ScaleStep(const StepSite& site, const Scale& op)
      : StripStep(site.batch), site_(site), factor_(op.factor) {
    site.allocate(site.input().activation.get_desc());
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
    site.allocate(site.input().activation.get_desc());
  }
  void forward_strip(Samples samples) override {
    const NodeMemory& in = site_.input();
    NodeMemory& out = site_.output();
    out.classes = in.classes;
    out.changed = in.changed;
    if (in.changed != nullptr && out.x(samples.first) == out.x(samples.first - 1)) {
      // What the sample before has left is right where nothing has changed.
      const std::int64_t channels = site_.shape()[0];
      for (std::int64_t i = 0; i < std::ssize(*in.changed); ++i) {
        if ((*in.changed)[static_cast<std::size_t>(i)] == 0) continue;
        kernels().relu(in.x(samples.first) + i * channels, channels,
                       out.x(samples.first) + i * channels);
      }
      return;
    }
    kernels().relu(in.x(samples.first), out.elements(samples), out.x(samples.first));
  }
  void backward_strip(Samples samples) override {
    NodeMemory& in = site_.input();
    if (!in.gradient_wanted) return;
    kernels().relu_gradient(in.x(samples.first), site_.output().g(samples.first),
                            in.elements(samples), in.gradient_started, in.g(samples.first));
    in.gradient_started = true;
  }

 private:
  StepSite site_;
};

/// Inference-mode batch normalisation is one factor and one offset per channel.
class BatchNormStep final : public Step {
 public:
  BatchNormStep(const StepSite& site, const BatchNorm2d& op) : site_(site) {
    const auto plain = plain_desc(site.batch, site.shape());
    site.allocate(plain);
    source_ = site.input().activation;
    if (source_.get_desc() != plain) {
      source_ = dnnl::memory(plain, site.context.engine());
      to_plain_.emplace(site.context, site.input().activation, source_);
      // The gradient travels back the other way.
      carried_ = dnnl::memory(plain, site.context.engine());
      to_layout_.emplace(site.context, carried_, site.input());
    }
    for (std::int64_t c = 0; c < site.shape()[0]; ++c) {
      const double factor =
          op.gamma->data()[c] / std::sqrt(double{op.variance->data()[c]} + op.epsilon);
      factors_.push_back(static_cast<float>(factor));
      offsets_.push_back(static_cast<float>(op.beta->data()[c] - op.mean->data()[c] * factor));
    }
  }

  void forward() override {
    if (to_plain_) to_plain_->run();
    const float* x = static_cast<const float*>(source_.get_data_handle());
    for_each_channel([&](std::size_t c, std::int64_t at, std::int64_t area) {
      for (std::int64_t i = at; i < at + area; ++i)
        site_.output().x()[i] = x[i] * factors_[c] + offsets_[c];
    });
  }

  void backward() override {
    NodeMemory& in = site_.input();
    if (!in.gradient_wanted) return;
    if (!in.gradient_started && !to_layout_) std::fill_n(in.g(), in.elements(), 0.0F);
    float* g = to_layout_ ? static_cast<float*>(carried_.get_data_handle()) : in.g();
    if (to_layout_) std::fill_n(g, site_.output().elements(), 0.0F);
    for_each_channel([&](std::size_t c, std::int64_t at, std::int64_t area) {
      for (std::int64_t i = at; i < at + area; ++i) g[i] += site_.output().g()[i] * factors_[c];
    });
    if (to_layout_) to_layout_->add();
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
  dnnl::memory source_, carried_;
  std::optional<Reorder> to_plain_;
  std::optional<GradientReorder> to_layout_;
  std::vector<float> factors_, offsets_;
};

/// Blocked to plain C order; the flat values are a view of the same order.
class FlattenStep final : public Step {
 public:
  explicit FlattenStep(const StepSite& site) : site_(site) {
    site.allocate(plain_desc(site.batch, site.shape()));
    const auto& engine = site.context.engine();
    const auto plain = plain_desc(site.batch, site.input_shape());
    to_plain_.emplace(site.context, site.input().activation,
                      dnnl::memory(plain, engine, site.output().x()));
    to_layout_.emplace(site.context, dnnl::memory(plain, engine, site.output().g()), site.input());
  }
  void forward() override { to_plain_->run(); }
  void backward() override {
    if (site_.input().gradient_wanted) to_layout_->add();
  }

 private:
  StepSite site_;
  std::optional<Reorder> to_plain_;
  std::optional<GradientReorder> to_layout_;
};

/// The same of values that lie in C order or with channels side by side.
class FlattenStrip final : public StripStep {
 public:
  explicit FlattenStrip(const StepSite& site) : StripStep(site.batch), site_(site) {
    site.allocate(plain_desc(site.batch, site.shape()));
  }
  void forward_strip(Samples samples) override {
    for (std::int64_t n = samples.first; n < samples.first + samples.count; ++n)
      to_plain(site_.input(), site_.input().x(n), site_.input_shape(), site_.output().x(n));
  }
  void backward_strip(Samples samples) override {
    NodeMemory& in = site_.input();
    if (!in.gradient_wanted) return;
    for (std::int64_t n = samples.first; n < samples.first + samples.count; ++n)
      from_plain(site_.output().g(n), site_.input_shape(), in.gradient_started, in, in.g(n));
    in.gradient_started = true;
  }

 private:
  StepSite site_;
};

/// Takes the layout of its first input; the second is reordered where it differs.
class AddStep final : public Step {
 public:
  explicit AddStep(const StepSite& site) : site_(site) {
    const auto desc = site.input(0).activation.get_desc();
    const auto& engine = site.context.engine();
    site.allocate(desc);
    second_ = site.input(1).activation;
    if (second_.get_desc() != desc) {
      second_ = dnnl::memory(desc, engine);
      to_first_.emplace(site.context, site.input(1).activation, second_);
      to_second_.emplace(site.context, site.output().gradient, site.input(1));
    }
  }
  void forward() override {
    if (to_first_) to_first_->run();
    const float *a = site_.input(0).x(), *b = static_cast<const float*>(second_.get_data_handle());
    for (std::int64_t i = 0; i < site_.output().elements(); ++i)
      site_.output().x()[i] = a[i] + b[i];
  }
  void backward() override {
    pass_to(site_.input(0));
    if (!to_second_) {
      pass_to(site_.input(1));
    } else if (site_.input(1).gradient_wanted) {
      to_second_->add();
    }
  }

 private:
  void pass_to(NodeMemory& in) const {
    if (!in.gradient_wanted) return;
    if (!in.gradient_started) std::fill_n(in.g(), in.elements(), 0.0F);
    for (std::int64_t i = 0; i < in.elements(); ++i) in.g()[i] += site_.output().g()[i];
    in.gradient_started = true;
  }

  StepSite site_;
  dnnl::memory second_;
  std::optional<Reorder> to_first_;
  std::optional<GradientReorder> to_second_;
};

}  // namespace

std::unique_ptr<Step> make_elementwise(const StepSite& site, const Op& op) {
  if (const auto* scale = std::get_if<Scale>(&op)) return std::make_unique<ScaleStep>(site, *scale);
  if (const auto* norm = std::get_if<BatchNorm2d>(&op))
    return std::make_unique<BatchNormStep>(site, *norm);
  if (std::holds_alternative<Relu>(op)) return std::make_unique<ReluStep>(site);
  if (std::holds_alternative<Flatten>(op)) {
    if (site.input().layout() != Layout::kBlocked) return std::make_unique<FlattenStrip>(site);
    return std::make_unique<FlattenStep>(site);
  }
  if (std::holds_alternative<Add>(op)) return std::make_unique<AddStep>(site);
  throw bad_input("network node '{}': the onednn engine has no {}", site.graph.node(site.node).name,
                  op_name(op));
}

}  // namespace arcadecam::nn::onednn
