#include <algorithm>
#include <optional>

#include "nn/steps/context.h"
#include "nn/steps/sparse_product.h"

namespace arcadecam::nn::steps {
namespace {

/// y = W x + b with zeros skipped.
class SparseLinear final : public PlanStep {
 public:
  SparseLinear(const StepSite& site, const Linear& op)
      : site_(site), op_(op), forward_(site.context, site.batch, op.weight, true) {
    site.allocate(Layout::kPlain);
  }

  void forward() override {
    const std::int64_t outputs = op_.weight->shape()[0];
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      float* y = site_.output().x() + n * outputs;
      if (op_.bias) {
        std::copy_n(op_.bias->data(), outputs, y);
      } else {
        std::fill_n(y, outputs, 0.0F);
      }
    }
    forward_.add(site_.input().x(), site_.output().x());
  }

  void backward() override {
    NodeMemory& input = site_.input();
    if (!input.gradient_wanted) return;
    if (!input.gradient_started) std::fill_n(input.g(), input.elements(), 0.0F);
    if (!backward_) backward_.emplace(site_.context, site_.batch, op_.weight, false);
    backward_->add(site_.output().g(), input.g());
    input.gradient_started = true;
  }

 private:
  StepSite site_;
  const Linear& op_;
  SparseProduct forward_;
  std::optional<SparseProduct> backward_;  ///< made on first use
};

}  // namespace

std::unique_ptr<PlanStep> make_linear(const StepSite& site, const Linear& op) {
  if (Library* library = site.context.library()) {
    if (auto step = library->linear(site, op)) return step;
  }
  return std::make_unique<SparseLinear>(site, op);
}

}  // namespace arcadecam::nn::steps
