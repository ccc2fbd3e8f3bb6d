// A fully connected layer as a dense matrix product, for large batches.
#include "nn/onednn/device.h"
#include "nn/sparse_batch.h"

namespace arcadecam::nn::onednn {
namespace {

class DenseLinear final : public steps::PlanStep {
 public:
  DenseLinear(Device& device, const steps::StepSite& site, const Linear& op)
      : device_(device), site_(site), op_(op) {
    const auto& engine = device.engine();
    const Shape& shape = op.weight->shape();
    plain_ = make_desc({shape[0], shape[1]}, Tag::ab);
    any_ = make_desc({shape[0], shape[1]}, Tag::any);
    const auto bias_desc = make_desc({shape[0]}, Tag::a);
    site.allocate(steps::Layout::kPlain);
    source_ = device.wrap(site.input().activation);
    const dnnl::memory destination = device.wrap(site.output().activation);
    forward_desc_ =
        inner_product_forward(engine, source_.get_desc(), any_, bias_desc, destination.get_desc());
    forward_ = dnnl::inner_product_forward(forward_desc_);
    const Tensor& bias = op.bias ? *op.bias : device.zeros(shape[0]);
    arguments_ = {
        {DNNL_ARG_SRC, source_},
        {DNNL_ARG_WEIGHTS, device.weights_in(op.weight, plain_, forward_desc_.weights_desc())},
        // Read only, see Convolution.
        {DNNL_ARG_BIAS, dnnl::memory(bias_desc, engine, const_cast<float*>(bias.data()))},
        {DNNL_ARG_DST, destination}};
  }

  void forward() override {
    dnnl::stream stream = device_.stream();
    forward_.execute(stream, arguments_);
  }

  void backward() override {
    steps::NodeMemory& input = site_.input();
    if (!input.gradient_wanted) return;
    if (backward_arguments_.empty()) {
      const dnnl::memory arriving = device_.wrap(site_.output().gradient);
      gradient_ = device_.wrap(input.gradient);
      const auto desc = inner_product_backward(device_.engine(), gradient_.get_desc(), any_,
                                               arriving.get_desc(), forward_desc_);
      backward_ = dnnl::inner_product_backward_data(desc);
      backward_arguments_ = {
          {DNNL_ARG_DIFF_DST, arriving},
          {DNNL_ARG_WEIGHTS, device_.weights_in(op_.weight, plain_, desc.weights_desc())}};
    }
    const bool direct = !input.gradient_started;
    if (!direct && !scratch_) scratch_ = dnnl::memory(gradient_.get_desc(), device_.engine());
    backward_arguments_[DNNL_ARG_DIFF_SRC] = direct ? gradient_ : scratch_;
    dnnl::stream stream = device_.stream();
    backward_.execute(stream, backward_arguments_);
    if (!direct) {
      const float* addend = static_cast<const float*>(scratch_.get_data_handle());
      for (std::int64_t i = 0; i < input.elements(); ++i) input.g()[i] += addend[i];
    }
    input.gradient_started = true;
  }

 private:
  Device& device_;
  steps::StepSite site_;
  const Linear& op_;
  dnnl::memory::desc plain_, any_;
  dnnl::inner_product_forward::primitive_desc forward_desc_;
  dnnl::inner_product_forward forward_;
  dnnl::inner_product_backward_data backward_;
  std::unordered_map<int, dnnl::memory> arguments_, backward_arguments_;
  dnnl::memory source_, gradient_, scratch_;
};

}  // namespace

std::unique_ptr<steps::PlanStep> make_dense_linear(Device& device, const steps::StepSite& site,
                                                   const Linear& op) {
  if (site.batch <= kLargestSparseBatch) return nullptr;
  return std::make_unique<DenseLinear>(device, site, op);
}

}  // namespace arcadecam::nn::onednn
