#include "nn/onednn/rules.h"

#include <algorithm>

namespace arcadecam::nn::onednn {
namespace {

void carry_guided(const float* __restrict x, const float* __restrict gy, std::int64_t count,
                  float* __restrict gx) {
  for (std::int64_t i = 0; i < count; ++i) gx[i] += x[i] > 0 && gy[i] > 0 ? gy[i] : 0.0F;
}

void carry_deconvolution(const float* __restrict gy, std::int64_t count, float* __restrict gx) {
  for (std::int64_t i = 0; i < count; ++i) gx[i] += gy[i] > 0 ? gy[i] : 0.0F;
}

}  // namespace

bool carried_by_rule(const StepSite& site, const RuleMap& rules) {
  if (!std::holds_alternative<Relu>(site.graph.node(site.node).op)) return false;
  const Rule& rule = rules.at(site.node);
  if (std::holds_alternative<rule::Gradient>(rule)) return false;
  NodeMemory& in = site.input();
  if (!in.gradient_wanted) return true;
  if (!in.gradient_started) std::fill_n(in.g(), in.elements(), 0.0F);
  if (std::holds_alternative<rule::Guided>(rule)) {
    carry_guided(in.x(), site.output().g(), in.elements(), in.g());
  } else {
    carry_deconvolution(site.output().g(), in.elements(), in.g());
  }
  in.gradient_started = true;
  return true;
}

}  // namespace arcadecam::nn::onednn
