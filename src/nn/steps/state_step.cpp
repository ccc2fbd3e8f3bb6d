// What a recurrent network remembers: values that the pass is given (Plan::remember()).
#include "nn/steps/context.h"

namespace arcadecam::nn::steps {
namespace {

class StateStep final : public PlanStep {
 public:
  void forward() override {}
  void backward() override {}
};

}  // namespace

std::unique_ptr<PlanStep> make_state(const StepSite& site) {
  site.allocate(Layout::kPlain);
  return std::make_unique<StateStep>();
}

}  // namespace arcadecam::nn::steps
