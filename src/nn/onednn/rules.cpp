#include "nn/onednn/rules.h"

#include <algorithm>

namespace arcadecam::nn::onednn {
namespace {

/// A ReLU keeps its input's layout: both rules go value by value.
class ReluRule final : public RuleStep {
 public:
  ReluRule(const StepSite& site, bool guided) : site_(site), guided_(guided) {}

  void carry() override {
    NodeMemory& in = site_.input();
    float* __restrict gx = started_gradient(in);
    const float* __restrict x = in.x(), * __restrict gy = site_.output().g();
    if (guided_) {
      for (std::int64_t i = 0; i < in.elements(); ++i)
        gx[i] += x[i] > 0 && gy[i] > 0 ? gy[i] : 0.0F;
    } else {
      for (std::int64_t i = 0; i < in.elements(); ++i) gx[i] += gy[i] > 0 ? gy[i] : 0.0F;
    }
  }

 private:
  StepSite site_;
  bool guided_;
};

std::unique_ptr<RuleStep> make_rule_step(const StepSite& site, const Rule& rule, bool relevance) {
  const Op& op = site.graph.node(site.node).op;
  if (relevance) {
    if (std::holds_alternative<Conv2d>(op) || std::holds_alternative<Linear>(op)) {
      if (std::holds_alternative<rule::Argmax>(rule)) return make_argmax_relevance(site);
      return make_layer_relevance(site, rule);
    }
    return make_other_relevance(site);
  }
  if (!std::holds_alternative<Relu>(op)) return nullptr;
  if (std::holds_alternative<rule::Gradient>(rule)) return nullptr;
  return std::make_unique<ReluRule>(site, std::holds_alternative<rule::Guided>(rule));
}

}  // namespace

RuleStep* RuleSteps::at(const StepSite& site, const RuleMap& rules) {
  const Rule& rule = rules.at(site.node);
  const bool relevance = rules.relevance();
  std::vector<Compiled>& known = nodes_[site.node];
  for (const Compiled& compiled : known) {
    if (compiled.relevance == relevance && compiled.rule == rule) return compiled.step.get();
  }
  known.push_back({rule, relevance, make_rule_step(site, rule, relevance)});
  return known.back().step.get();
}

float* started_gradient(NodeMemory& in) {
  if (!in.gradient_started) std::fill_n(in.g(), in.elements(), 0.0F);
  in.gradient_started = true;
  return in.g();
}

}  // namespace arcadecam::nn::onednn
