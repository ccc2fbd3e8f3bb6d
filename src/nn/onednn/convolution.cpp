#include <cstring>
#include <optional>

#include "nn/onednn/context.h"
#include "nn/onednn/window_convolution.h"

namespace arcadecam::nn::onednn {
namespace {

using Arguments = std::unordered_map<int, dnnl::memory>;

/// Direct convolution in whatever blocked layout oneDNN prefers, forward by our own windows where
/// they fit it. The backward primitive is made on first use: an explanation of a deep layer never
/// needs the shallow ones'.
class Convolution final : public Step {
 public:
  Convolution(const ConvolutionSite& site, const Conv2d& op) : site_(site), op_(op) {
    const Shape& kernel = op.weight->shape();
    const dnnl::memory::dims kernel_dims(kernel.begin(), kernel.end());
    geometry_ = {{op.stride, op.stride}, {op.padding, op.padding}};
    plain_weights_ = make_desc(kernel_dims, Tag::abcd);
    any_weights_ = make_desc(kernel_dims, Tag::any);
    const auto bias_desc = make_desc({kernel[0]}, Tag::a);
    const auto input_dims = batch_dims(site.batch, site.input_shape);
    forward_desc_ = convolution_forward(
        site.context.engine(), make_desc(input_dims, Tag::any), any_weights_, bias_desc,
        make_desc(batch_dims(site.batch, site.shape), Tag::any), geometry_);
    site.output.allocate(site.context.engine(), forward_desc_.dst_desc());
    if (!site.input.activation)
      site.input.allocate(site.context.engine(), forward_desc_.src_desc());

    windows_ = WindowConvolution::make(site, op);
    if (windows_) return;

    dnnl::memory source = site.input.activation;
    if (forward_desc_.src_desc() != source.get_desc()) {
      dnnl::memory blocked(forward_desc_.src_desc(), site.context.engine());
      std::memset(blocked.get_data_handle(), 0, forward_desc_.src_desc().get_size());
      to_source_.emplace(site.context, source, blocked);
      source = blocked;
    }
    const Tensor& bias = op.bias ? *op.bias : site.context.zeros(kernel[0]);
    // oneDNN takes mutable pointers, but does not write to an argument that is an input.
    const dnnl::memory bias_memory(bias_desc, site.context.engine(),
                                   const_cast<float*>(bias.data()));
    forward_ = dnnl::convolution_forward(forward_desc_);
    forward_arguments_ = {{DNNL_ARG_SRC, source},
                          {DNNL_ARG_WEIGHTS, site.context.weights_in(op.weight, plain_weights_,
                                                                     forward_desc_.weights_desc())},
                          {DNNL_ARG_BIAS, bias_memory},
                          {DNNL_ARG_DST, site.output.activation}};
  }

  void forward() override {
    if (windows_) return windows_->run();
    if (to_source_) to_source_->run();
    dnnl::stream stream = site_.context.stream();
    forward_.execute(stream, forward_arguments_);
  }

  void backward() override {
    NodeMemory& input = site_.input;
    if (!input.gradient_wanted) return;
    if (backward_arguments_.empty()) prepare_backward();
    dnnl::stream stream = site_.context.stream();
    if (narrow_gradient_) narrow_gradient_->run();
    // Into the input's own gradient where the layouts agree and nothing is there yet.
    const bool direct = !from_gradient_ && !input.gradient_started;
    backward_arguments_[DNNL_ARG_DIFF_SRC] = direct ? input.gradient : scratch();
    backward_.execute(stream, backward_arguments_);
    if (from_gradient_) {
      from_gradient_->add();
    } else if (!direct) {
      const float* addend = static_cast<const float*>(scratch_.get_data_handle());
      for (std::int64_t i = 0; i < input.elements(); ++i) input.g()[i] += addend[i];
    }
    input.gradient_started = true;
  }

 private:
  void prepare_backward() {
    const auto& engine = site_.context.engine();
    const NodeMemory& input = site_.input;
    const auto input_dims = batch_dims(site_.batch, site_.input_shape);
    const auto desc =
        narrow() ? narrow_backward()
                 : convolution_backward(engine, make_desc(input_dims, Tag::any), any_weights_,
                                        site_.output.gradient.get_desc(), geometry_, forward_desc_);
    dnnl::memory arriving = site_.output.gradient;
    if (narrow()) {
      arriving = dnnl::memory(desc.diff_dst_desc(), engine);
      std::memset(arriving.get_data_handle(), 0, desc.diff_dst_desc().get_size());
      narrow_gradient_.emplace(site_.context, site_.output.gradient, arriving);
    }
    backward_ = dnnl::convolution_backward_data(desc);
    gradient_desc_ = desc.diff_src_desc();
    if (gradient_desc_ != input.gradient.get_desc()) {
      from_gradient_.emplace(site_.context, scratch(), site_.input);
    }
    backward_arguments_ = {{DNNL_ARG_DIFF_DST, arriving},
                           {DNNL_ARG_WEIGHTS, site_.context.weights_in(op_.weight, plain_weights_,
                                                                       desc.weights_desc())}};
  }

  /// Whether this convolution computes in bfloat16: those that our own windows fit.
  [[nodiscard]] bool narrow() const {
    return windows_ && site_.context.precision() == Precision::kBf16;
  }

  /// From a bfloat16 gradient to one in single precision.
  [[nodiscard]] dnnl::convolution_backward_data::primitive_desc narrow_backward() const {
    const auto& engine = site_.context.engine();
    const Shape& kernel = op_.weight->shape();
    const auto input_dims = batch_dims(site_.batch, site_.input_shape);
    const auto weights = make_desc({kernel.begin(), kernel.end()}, Tag::any, DataType::bf16);
    const auto output = make_desc(batch_dims(site_.batch, site_.shape), Tag::any, DataType::bf16);
    const auto forward =
        convolution_forward(engine, make_desc(input_dims, Tag::any, DataType::bf16), weights,
                            make_desc({kernel[0]}, Tag::a), output, geometry_);
    return convolution_backward(engine, make_desc(input_dims, Tag::any), weights, output, geometry_,
                                forward);
  }

  const dnnl::memory& scratch() {
    if (!scratch_) scratch_ = dnnl::memory(gradient_desc_, site_.context.engine());
    return scratch_;
  }

  ConvolutionSite site_;
  const Conv2d& op_;
  ConvGeometry geometry_;
  dnnl::memory::desc plain_weights_, any_weights_, gradient_desc_;
  dnnl::convolution_forward::primitive_desc forward_desc_;
  dnnl::convolution_forward forward_;
  dnnl::convolution_backward_data backward_;
  Arguments forward_arguments_, backward_arguments_;
  dnnl::memory scratch_;
  std::unique_ptr<WindowConvolution> windows_;
  std::optional<Reorder> to_source_, narrow_gradient_;
  std::optional<GradientReorder> from_gradient_;
};

}  // namespace

std::unique_ptr<Step> make_plain_convolution(const ConvolutionSite& site, const Conv2d& op) {
  return std::make_unique<Convolution>(site, op);
}

}  // namespace arcadecam::nn::onednn
