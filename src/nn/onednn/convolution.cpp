#include <cstring>
#include <optional>

#include "nn/onednn/device.h"
#include "nn/onednn/window_convolution.h"

namespace arcadecam::nn::onednn {
namespace {

using Arguments = std::unordered_map<int, dnnl::memory>;

/// Direct convolution in whatever blocked layout oneDNN prefers, forward by our own windows where
/// they fit it. The backward primitive is made on first use: an explanation of a deep layer never
/// needs the shallow ones'.
class Convolution final : public steps::PlanStep {
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
        site.device.engine(), make_desc(input_dims, Tag::any), any_weights_, bias_desc,
        make_desc(batch_dims(site.batch, site.shape), Tag::any), geometry_);
    // In C order where steps have no layout such as the preferred one.
    const auto ours = [&](const dnnl::memory::desc& desc, const Shape& shape) {
      return from_onednn(desc, site.batch, shape)
          .value_or(steps::Desc{site.batch, shape, steps::Layout::kPlain});
    };
    site.output.allocate(ours(forward_desc_.dst_desc(), site.shape));
    if (!site.input.activation)
      site.input.allocate(ours(forward_desc_.src_desc(), site.input_shape));

    windows_ = WindowConvolution::make(site, op);
    if (windows_) return;

    dnnl::memory source = site.device.wrap(site.input.activation);
    if (forward_desc_.src_desc() != source.get_desc()) {
      dnnl::memory blocked(forward_desc_.src_desc(), site.device.engine());
      std::memset(blocked.get_data_handle(), 0, forward_desc_.src_desc().get_size());
      to_source_.emplace(site.device, source, blocked);
      source = blocked;
    }
    dnnl::memory destination = site.device.wrap(site.output.activation);
    if (forward_desc_.dst_desc() != destination.get_desc()) {
      const dnnl::memory preferred(forward_desc_.dst_desc(), site.device.engine());
      from_destination_.emplace(site.device, preferred, destination);
      destination = preferred;
    }
    const Tensor& bias = op.bias ? *op.bias : site.device.zeros(kernel[0]);
    // oneDNN takes mutable pointers, but does not write to an argument that is an input.
    const dnnl::memory bias_memory(bias_desc, site.device.engine(),
                                   const_cast<float*>(bias.data()));
    forward_ = dnnl::convolution_forward(forward_desc_);
    forward_arguments_ = {{DNNL_ARG_SRC, source},
                          {DNNL_ARG_WEIGHTS, site.device.weights_in(op.weight, plain_weights_,
                                                                    forward_desc_.weights_desc())},
                          {DNNL_ARG_BIAS, bias_memory},
                          {DNNL_ARG_DST, destination}};
  }

  void forward() override {
    if (windows_) return windows_->run();
    if (to_source_) to_source_->run();
    dnnl::stream stream = site_.device.stream();
    forward_.execute(stream, forward_arguments_);
    if (from_destination_) from_destination_->run();
  }

  void backward() override {
    steps::NodeMemory& input = site_.input;
    if (!input.gradient_wanted) return;
    if (backward_arguments_.empty()) prepare_backward();
    dnnl::stream stream = site_.device.stream();
    if (narrow_gradient_) narrow_gradient_->run();
    // Into the input's own gradient where the layouts agree and nothing is there yet.
    const bool direct = !from_gradient_ && !input.gradient_started;
    backward_arguments_[DNNL_ARG_DIFF_SRC] = direct ? site_.device.wrap(input.gradient) : scratch();
    backward_.execute(stream, backward_arguments_);
    if (from_gradient_ && !input.gradient_started) {
      from_gradient_->run_into(input.g());
    } else if (!direct) {
      const float* addend = static_cast<const float*>(scratch_.get_data_handle());
      if (from_gradient_) {
        converted_.resize(static_cast<std::size_t>(input.elements()));
        from_gradient_->run_into(converted_.data());
        addend = converted_.data();
      }
      for (std::int64_t i = 0; i < input.elements(); ++i) input.g()[i] += addend[i];
    }
    input.gradient_started = true;
  }

 private:
  void prepare_backward() {
    const auto& engine = site_.device.engine();
    const steps::NodeMemory& input = site_.input;
    const auto input_dims = batch_dims(site_.batch, site_.input_shape);
    dnnl::memory arriving = site_.device.wrap(site_.output.gradient);
    const auto desc =
        narrow() ? narrow_backward()
                 : convolution_backward(engine, make_desc(input_dims, Tag::any), any_weights_,
                                        arriving.get_desc(), geometry_, forward_desc_);
    if (narrow()) {
      const dnnl::memory exact = arriving;
      arriving = dnnl::memory(desc.diff_dst_desc(), engine);
      std::memset(arriving.get_data_handle(), 0, desc.diff_dst_desc().get_size());
      narrow_gradient_.emplace(site_.device, exact, arriving);
    }
    backward_ = dnnl::convolution_backward_data(desc);
    gradient_desc_ = desc.diff_src_desc();
    const dnnl::memory own = site_.device.wrap(input.gradient);
    if (gradient_desc_ != own.get_desc()) from_gradient_.emplace(site_.device, scratch(), own);
    backward_arguments_ = {{DNNL_ARG_DIFF_DST, arriving},
                           {DNNL_ARG_WEIGHTS, site_.device.weights_in(op_.weight, plain_weights_,
                                                                      desc.weights_desc())}};
  }

  /// Whether this convolution computes in bfloat16: those that our own windows fit.
  [[nodiscard]] bool narrow() const {
    return windows_ && site_.device.precision() == Precision::kBf16;
  }

  /// From a bfloat16 gradient to one in single precision.
  [[nodiscard]] dnnl::convolution_backward_data::primitive_desc narrow_backward() const {
    const auto& engine = site_.device.engine();
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
    if (!scratch_) scratch_ = dnnl::memory(gradient_desc_, site_.device.engine());
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
  std::optional<Reorder> to_source_, from_destination_, narrow_gradient_, from_gradient_;
  std::vector<float> converted_;
};

}  // namespace

std::unique_ptr<steps::PlanStep> make_plain_convolution(const ConvolutionSite& site,
                                                        const Conv2d& op) {
  return std::make_unique<Convolution>(site, op);
}

}  // namespace arcadecam::nn::onednn
