#include "nn/steps/context.h"

namespace arcadecam::nn::steps {

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
