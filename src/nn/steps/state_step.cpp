// What a recurrent network remembers: values that the pass is given (Plan::remember()).
#include "nn/steps/context.h"

namespace arcadecam::nn::steps {
namespace {

class StateStep final : public Step {
 public:
  void forward() override {}
  void backward() override {}
};

}  // namespace

std::unique_ptr<Step> make_state(const StepSite& site) {
  site.allocate(Layout::kPlain);
  return std::make_unique<StateStep>();
}

}  // namespace arcadecam::nn::steps
