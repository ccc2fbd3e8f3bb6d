#include "nn/steps/context.h"

#include <utility>

#include "nn/steps/differences.h"

namespace arcadecam::nn::steps {

Differences* PlanContext::differences(const Graph& graph) {
  if (!std::exchange(has_looked_, true) && library_ == nullptr)
    differences_ = Differences::make(*this, graph);
  return differences_.get();
}

void NodeMemory::allocate(const Desc& desc) {
  activation = Memory(desc);
  gradient = Memory(desc);
  elements_ = desc.elements();
  sample_elements_ = desc.sample_elements();
}

void add_gradient(const Memory& arriving, NodeMemory& to) {
  bring(arriving, to.gradient_started, to.gradient);
  to.gradient_started = true;
}

}  // namespace arcadecam::nn::steps
