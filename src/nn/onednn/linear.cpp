#include <algorithm>
#include <cstring>

#include "nn/kernels.h"
#include "nn/onednn/context.h"

namespace arcadecam::nn::onednn {
namespace {

// Up to this many samples our own loops, which skip inactive units, beat a dense matrix product
// that reads every weight: at batch 1 the layer is bound by reading 6 MB of weights.
constexpr std::int64_t kLargestSparseBatch = 64;

/// y = W x + b with zeros skipped: the weights are kept in both orders, so that both directions add
/// up whole rows.
class SparseLinear final : public Step {
 public:
  SparseLinear(const StepSite& site, const Linear& op)
      : site_(site), op_(op), transposed_(site.context.transposed(op.weight)) {
    site.allocate(plain_desc(site.batch, site.shape()));
  }

  void forward() override {
    const std::int64_t inputs = op_.weight->shape()[1], outputs = op_.weight->shape()[0];
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      float* y = site_.output().x() + n * outputs;
      if (op_.bias) {
        std::copy_n(op_.bias->data(), outputs, y);
      } else {
        std::fill_n(y, outputs, 0.0F);
      }
      kernels().add_weighted_rows(transposed_.data(), inputs, outputs,
                                  site_.input().x() + n * inputs, y);
    }
  }

  void backward() override {
    NodeMemory& input = site_.input();
    if (!input.gradient_wanted) return;
    const std::int64_t inputs = op_.weight->shape()[1], outputs = op_.weight->shape()[0];
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      float* gx = input.g() + n * inputs;
      if (!input.gradient_started) std::fill_n(gx, inputs, 0.0F);
      kernels().add_weighted_rows(op_.weight->data(), outputs, inputs,
                                  site_.output().g() + n * outputs, gx);
    }
    input.gradient_started = true;
  }

 private:
  StepSite site_;
  const Linear& op_;
  const Tensor& transposed_;
};

/// The same as a dense matrix product, for larger batches.
class DenseLinear final : public Step {
 public:
  DenseLinear(const StepSite& site, const Linear& op) : site_(site), op_(op) {
    const auto& engine = site.context.engine();
    const Shape& shape = op.weight->shape();
    plain_ = make_desc({shape[0], shape[1]}, Tag::ab);
    any_ = make_desc({shape[0], shape[1]}, Tag::any);
    const auto bias_desc = make_desc({shape[0]}, Tag::a);
    site.allocate(plain_desc(site.batch, site.shape()));
    forward_desc_ = inner_product_forward(engine, site.input().activation.get_desc(), any_,
                                          bias_desc, site.output().activation.get_desc());
    forward_ = dnnl::inner_product_forward(forward_desc_);
    const Tensor& bias = op.bias ? *op.bias : site.context.zeros(shape[0]);
    arguments_ = {{DNNL_ARG_SRC, site.input().activation},
                  {DNNL_ARG_WEIGHTS,
                   site.context.weights_in(op.weight, plain_, forward_desc_.weights_desc())},
                  // Read only, see Convolution.
                  {DNNL_ARG_BIAS, dnnl::memory(bias_desc, engine, const_cast<float*>(bias.data()))},
                  {DNNL_ARG_DST, site.output().activation}};
  }

  void forward() override {
    dnnl::stream stream = site_.context.stream();
    forward_.execute(stream, arguments_);
  }

  void backward() override {
    NodeMemory& input = site_.input();
    if (!input.gradient_wanted) return;
    if (backward_arguments_.empty()) {
      const auto desc =
          inner_product_backward(site_.context.engine(), input.gradient.get_desc(), any_,
                                 site_.output().gradient.get_desc(), forward_desc_);
      backward_ = dnnl::inner_product_backward_data(desc);
      backward_arguments_ = {
          {DNNL_ARG_DIFF_DST, site_.output().gradient},
          {DNNL_ARG_WEIGHTS, site_.context.weights_in(op_.weight, plain_, desc.weights_desc())}};
    }
    const bool direct = !input.gradient_started;
    if (!direct && !scratch_)
      scratch_ = dnnl::memory(input.gradient.get_desc(), site_.context.engine());
    backward_arguments_[DNNL_ARG_DIFF_SRC] = direct ? input.gradient : scratch_;
    dnnl::stream stream = site_.context.stream();
    backward_.execute(stream, backward_arguments_);
    if (!direct) {
      const float* addend = static_cast<const float*>(scratch_.get_data_handle());
      for (std::int64_t i = 0; i < input.elements(); ++i) input.g()[i] += addend[i];
    }
    input.gradient_started = true;
  }

 private:
  StepSite site_;
  const Linear& op_;
  dnnl::memory::desc plain_, any_;
  dnnl::inner_product_forward::primitive_desc forward_desc_;
  dnnl::inner_product_forward forward_;
  dnnl::inner_product_backward_data backward_;
  std::unordered_map<int, dnnl::memory> arguments_, backward_arguments_;
  dnnl::memory scratch_;
};

}  // namespace

std::unique_ptr<Step> make_linear(const StepSite& site, const Linear& op) {
  if (site.batch <= kLargestSparseBatch) return std::make_unique<SparseLinear>(site, op);
  return std::make_unique<DenseLinear>(site, op);
}

}  // namespace arcadecam::nn::onednn
