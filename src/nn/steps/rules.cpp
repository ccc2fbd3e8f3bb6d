#include "nn/steps/rules.h"

#include <algorithm>

#include "nn/kernels/rule_kernels.h"
#include "nn/mean_derivative.h"

namespace arcadecam::nn::steps {
namespace {

/// A ReLU keeps its input's layout: both rules go value by value.
class ReluRule final : public RuleStep {
 public:
  ReluRule(const StepSite& site, bool guided) : site_(site), guided_(guided) {}

  void carry() override { carry_strip({0, site_.batch}); }
  [[nodiscard]] bool divisible() const override { return true; }
  void carry_strip(Samples samples) override {
    NodeMemory& in = site_.input();
    const std::int64_t count = in.elements(samples);
    const float* gy = site_.output().g(samples.first);
    float* gx = in.g(samples.first);
    if (guided_) {
      rule_kernels().guided(in.x(samples.first), gy, count, in.gradient_started, gx);
    } else {
      rule_kernels().deconvolution(gy, count, in.gradient_started, gx);
    }
    in.gradient_started = true;
  }

 private:
  StepSite site_;
  bool guided_;
};

class RescaledRelu final : public RuleStep {
 public:
  RescaledRelu(const StepSite& site, const Tensor& baseline)
      : site_(site), from_(site.input().desc()) {
    // The same for every sample, in the input's layout.
    for (std::int64_t n = 0; n < site.batch; ++n) {
      from_plain(baseline.data(), site.shape(), false, site.input().layout(),
                 from_.data() + site.input().elements({0, n}));
    }
  }

  void carry() override { carry_strip({0, site_.batch}); }
  [[nodiscard]] bool divisible() const override { return true; }
  void carry_strip(Samples samples) override {
    NodeMemory& in = site_.input();
    // The same for every sample: the first ones' is in the cache.
    rule_kernels().rescale(in.x(samples.first), from_.data(), site_.output().g(samples.first),
                           in.elements(samples), in.gradient_started, in.g(samples.first));
    in.gradient_started = true;
  }

 private:
  StepSite site_;
  Memory from_;
};

class RescaledExpectation final : public RuleStep {
 public:
  RescaledExpectation(const StepSite& site, const ExpectedValue& op, const Baseline& baseline)
      : site_(site),
        op_(op),
        from_(baseline[static_cast<std::size_t>(site.input_node(0))]),
        mean_(static_cast<std::size_t>(op.support->size())) {}

  void carry() override {
    NodeMemory& in = site_.input();
    float* gx = started_gradient(in);
    const std::int64_t atoms = op_.support->size(), actions = site_.shape().count();
    for (std::int64_t i = 0; i < site_.batch * actions; ++i) {
      const float gy = site_.output().g()[i];
      if (gy == 0) continue;
      mean_derivative(op_, from_.data() + i % actions * atoms, in.x() + i * atoms, mean_);
      for (std::int64_t k = 0; k < atoms; ++k)
        gx[i * atoms + k] += static_cast<float>(mean_[static_cast<std::size_t>(k)] * gy);
    }
  }

 private:
  StepSite site_;
  const ExpectedValue& op_;
  Tensor from_;
  std::vector<double> mean_;
};

std::unique_ptr<RuleStep> make_rule_step(const StepSite& site, const Rule& rule, bool relevance,
                                         bool bias) {
  const Op& op = site.graph.node(site.node).op;
  if (relevance) {
    if (std::holds_alternative<Conv2d>(op) || std::holds_alternative<Linear>(op)) {
      if (std::holds_alternative<rule::Argmax>(rule)) return make_argmax_relevance(site);
      return make_layer_relevance(site, rule);
    }
    return make_other_relevance(site, bias);
  }
  const auto* rescale = std::get_if<rule::Rescale>(&rule);
  if (const auto* value = std::get_if<ExpectedValue>(&op); value != nullptr && rescale != nullptr)
    return std::make_unique<RescaledExpectation>(site, *value, *rescale->baseline);
  const bool is_maximum = std::holds_alternative<Pool2d>(op) && is_rescaled(op);
  if ((std::holds_alternative<Activation>(op) || is_maximum) && rescale != nullptr)
    return make_plain_rescale(site,
                              (*rescale->baseline)[static_cast<std::size_t>(site.input_node(0))]);
  if (std::holds_alternative<Gate>(op) && rescale != nullptr)
    return make_gate_rescale(site, *rescale->baseline);
  if (!std::holds_alternative<Relu>(op)) return nullptr;
  if (std::holds_alternative<rule::Gradient>(rule)) return nullptr;
  if (rescale != nullptr) {
    const auto input = static_cast<std::size_t>(site.input_node(0));
    return std::make_unique<RescaledRelu>(site, (*rescale->baseline)[input]);
  }
  return std::make_unique<ReluRule>(site, std::holds_alternative<rule::Guided>(rule));
}

}  // namespace

RuleStep* RuleSteps::at(const StepSite& site, const RuleMap& rules) {
  const Rule& rule = rules.at(site.node);
  const bool relevance = rules.relevance();
  std::vector<Compiled>& known = nodes_[site.node];
  for (const Compiled& compiled : known) {
    if (compiled.relevance == relevance && compiled.bias == rules.bias && compiled.rule == rule)
      return compiled.step.get();
  }
  known.push_back({rule, relevance, rules.bias, make_rule_step(site, rule, relevance, rules.bias)});
  return known.back().step.get();
}

float* started_gradient(NodeMemory& in) {
  if (!in.gradient_started) std::fill_n(in.g(), in.elements(), 0.0F);
  in.gradient_started = true;
  return in.g();
}

}  // namespace arcadecam::nn::steps
