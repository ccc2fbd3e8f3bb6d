#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "core/softmax.h"
#include "nn/steps/context.h"

namespace arcadecam::nn::steps {
namespace {

void start_gradient(NodeMemory& in) {
  if (!in.gradient_started) std::fill_n(in.g(), in.elements(), 0.0F);
  in.gradient_started = true;
}

class ExpectedValueStep final : public PlanStep {
 public:
  ExpectedValueStep(const StepSite& site, const ExpectedValue& op)
      : site_(site),
        support_(*op.support),
        probabilities_(static_cast<std::size_t>(site.input().elements())) {
    site.allocate(Layout::kPlain);
  }

  void forward() override {
    const std::int64_t atoms = support_.size();
    for (std::int64_t i = 0; i < site_.output().elements(); ++i) {
      const float* logits = site_.input().x() + i * atoms;
      float* probabilities = probabilities_.data() + i * atoms;
      softmax(logits, static_cast<std::size_t>(atoms), probabilities);
      float value = 0;
      for (std::int64_t k = 0; k < atoms; ++k) value += probabilities[k] * support_.data()[k];
      site_.output().x()[i] = value;
    }
  }

  void backward() override {
    NodeMemory &in = site_.input(), &out = site_.output();
    if (!in.gradient_wanted) return;
    start_gradient(in);
    const std::int64_t atoms = support_.size();
    for (std::int64_t i = 0; i < out.elements(); ++i) {
      if (out.g()[i] == 0) continue;
      for (std::int64_t k = 0; k < atoms; ++k) {
        // dQ/d logit_k = p_k (z_k − Q).
        in.g()[i * atoms + k] += out.g()[i] *
                                 probabilities_[static_cast<std::size_t>(i * atoms + k)] *
                                 (support_.data()[k] - out.x()[i]);
      }
    }
  }

 private:
  StepSite site_;
  const Tensor& support_;
  std::vector<float> probabilities_;
};

class DuelingStep final : public PlanStep {
 public:
  explicit DuelingStep(const StepSite& site) : site_(site) { site.allocate(Layout::kPlain); }

  void forward() override {
    const std::int64_t actions = site_.shape().count();
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      const float* advantage = site_.input(1).x() + n * actions;
      float mean = 0;
      for (std::int64_t a = 0; a < actions; ++a) mean += advantage[a];
      mean /= static_cast<float>(actions);
      const float offset = site_.input(0).x()[n] - mean;
      for (std::int64_t a = 0; a < actions; ++a)
        site_.output().x()[n * actions + a] = advantage[a] + offset;
    }
  }

  void backward() override {
    NodeMemory &value = site_.input(0), &advantage = site_.input(1);
    if (value.gradient_wanted) start_gradient(value);
    if (advantage.gradient_wanted) start_gradient(advantage);
    const std::int64_t actions = site_.shape().count();
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      const float* g = site_.output().g() + n * actions;
      float sum = 0;
      for (std::int64_t a = 0; a < actions; ++a) sum += g[a];
      if (value.gradient_wanted) value.g()[n] += sum;
      if (!advantage.gradient_wanted) continue;
      for (std::int64_t a = 0; a < actions; ++a) {
        advantage.g()[n * actions + a] += g[a] - sum / static_cast<float>(actions);
      }
    }
  }

 private:
  StepSite site_;
};

}  // namespace

std::unique_ptr<PlanStep> make_head(const StepSite& site, const Op& op) {
  if (const auto* value = std::get_if<ExpectedValue>(&op)) {
    return std::make_unique<ExpectedValueStep>(site, *value);
  }
  return std::make_unique<DuelingStep>(site);
}

}  // namespace arcadecam::nn::steps
