// What a recurrent network remembers: the same for every sample of a batch.
#include <algorithm>

#include "nn/onednn/context.h"

namespace arcadecam::nn::onednn {
namespace {

class StateStep final : public Step {
 public:
  explicit StateStep(const StepSite& site) : site_(site) {
    site.allocate(plain_desc(site.batch, site.shape()));
    for (const int state : site.graph.states()) {
      if (state == site.node) break;
      first_ += site.graph.shape(state).count();
    }
  }
  void forward() override {
    const std::int64_t count = site_.shape().count();
    for (std::int64_t n = 0; n < site_.batch; ++n)
      std::copy_n(site_.context.state.data() + first_, count, site_.output().x() + n * count);
  }
  void backward() override {}

 private:
  StepSite site_;
  std::int64_t first_ = 0;
};

}  // namespace

std::unique_ptr<Step> make_state(const StepSite& site) {
  return std::make_unique<StateStep>(site);
}

}  // namespace arcadecam::nn::onednn
