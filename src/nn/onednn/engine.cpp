#include "arcadecam/core/error.h"
#include "nn/kernels/window_kernels.h"
#include "nn/onednn/device.h"
#include "nn/onednn_module.h"
#include "nn/steps/plan_engine.h"

namespace arcadecam::nn {
namespace {

class Onednn final : public steps::Library {
 public:
  explicit Onednn(Precision precision) : device_(precision) {}

  std::unique_ptr<steps::PlanStep> convolution(const steps::StepSite& site,
                                               const Conv2d& op) override {
    const bool exact = device_.precision() == Precision::kF32;
    if (exact && op.padding == 0 && steps::is_pixel_convolution(site, op)) return nullptr;
    if (auto step = onednn::make_rearranged_convolution(device_, site, op)) return step;
    return onednn::make_plain_convolution(
        {device_, site.batch, site.input(), site.output(), site.input_shape(), site.shape()}, op);
  }

  std::unique_ptr<steps::PlanStep> linear(const steps::StepSite& site, const Linear& op) override {
    return onednn::make_dense_linear(device_, site, op);
  }

  void run(const std::function<void()>& work) const override {
    try {
      work();
    } catch (const dnnl::error& error) {
      throw bad_input("oneDNN refused the network: {}", error.what());
    }
  }

 private:
  onednn::Device device_;
};

}  // namespace

std::unique_ptr<Engine> make_onednn_engine(std::shared_ptr<const Graph> graph,
                                           const EngineOptions& options) {
  if (options.precision == Precision::kBf16 &&
      (window_kernels() == nullptr || window_kernels()->run_bf16 == nullptr)) {
    throw bad_usage(
        "precision bf16: this processor has no AVX-512 BF16 instructions; use f32, which is "
        "faster here");
  }
  return steps::make_plan_engine(std::move(graph), options,
                                 std::make_unique<Onednn>(options.precision));
}

}  // namespace arcadecam::nn
