#include "nn/bare_kernels.h"

#include <omp.h>

#include "nn/onednn/device.h"

namespace arcadecam::nn {
namespace {

using onednn::make_desc;
using onednn::Tag;
using BareArguments = std::unordered_map<int, dnnl::memory>;

/// A device and a stream, kept alive by every kernel.
struct BareDevice {
  int threads = 1;
  dnnl::engine engine = onednn::limited_cpu();  // so that ARCADECAM_CPU counts
  dnnl::stream stream{engine};

  /// Memory with ordinary values: neither zeros, which some kernels might profit from, nor
  /// denormals.
  [[nodiscard]] dnnl::memory memory(const dnnl::memory::desc& desc) const {
    dnnl::memory result(desc, engine);
    auto* values = static_cast<float*>(result.get_data_handle());
    for (std::size_t i = 0; i < desc.get_size() / sizeof(float); ++i)
      values[i] = 0.01F * static_cast<float>(i % 7) - 0.02F;
    return result;
  }
};

template <typename Primitive>
std::function<void()> runner(const std::shared_ptr<const BareDevice>& device, Primitive primitive,
                             BareArguments arguments) {
  return [device, primitive = std::move(primitive), arguments = std::move(arguments)] {
    if (omp_get_max_threads() != device->threads) omp_set_num_threads(device->threads);
    dnnl::stream stream = device->stream;
    primitive.execute(stream, arguments);
    stream.wait();
  };
}

BareKernel convolution(const std::shared_ptr<const BareDevice>& device, std::int64_t batch,
                       const Shape& input, const Shape& kernel, const Shape& output,
                       std::int64_t stride, std::int64_t padding) {
  const dnnl::memory::dims kernel_dims(kernel.begin(), kernel.end());
  const onednn::ConvGeometry geometry{{stride, stride}, {padding, padding}};
  const auto source = make_desc(onednn::batch_dims(batch, input), Tag::any);
  const auto weights = make_desc(kernel_dims, Tag::any);
  const auto bias = make_desc({kernel[0]}, Tag::a);
  const auto destination = make_desc(onednn::batch_dims(batch, output), Tag::any);
  const auto forward =
      onednn::convolution_forward(device->engine, source, weights, bias, destination, geometry);
  const auto backward =
      onednn::convolution_backward(device->engine, source, weights, destination, geometry, forward);
  BareKernel result;
  result.forward = runner(device, dnnl::convolution_forward(forward),
                          {{DNNL_ARG_SRC, device->memory(forward.src_desc())},
                           {DNNL_ARG_WEIGHTS, device->memory(forward.weights_desc())},
                           {DNNL_ARG_BIAS, device->memory(bias)},
                           {DNNL_ARG_DST, device->memory(forward.dst_desc())}});
  result.backward = runner(device, dnnl::convolution_backward_data(backward),
                           {{DNNL_ARG_DIFF_DST, device->memory(backward.diff_dst_desc())},
                            {DNNL_ARG_WEIGHTS, device->memory(backward.weights_desc())},
                            {DNNL_ARG_DIFF_SRC, device->memory(backward.diff_src_desc())}});
  return result;
}

BareKernel fully_connected(const std::shared_ptr<const BareDevice>& device, std::int64_t batch,
                           const Shape& weight) {
  const auto source = make_desc({batch, weight[1]}, Tag::ab);
  const auto weights = make_desc({weight[0], weight[1]}, Tag::any);
  const auto bias = make_desc({weight[0]}, Tag::a);
  const auto destination = make_desc({batch, weight[0]}, Tag::ab);
  const auto forward =
      onednn::inner_product_forward(device->engine, source, weights, bias, destination);
  const auto backward =
      onednn::inner_product_backward(device->engine, source, weights, destination, forward);
  BareKernel result;
  result.forward = runner(device, dnnl::inner_product_forward(forward),
                          {{DNNL_ARG_SRC, device->memory(source)},
                           {DNNL_ARG_WEIGHTS, device->memory(forward.weights_desc())},
                           {DNNL_ARG_BIAS, device->memory(bias)},
                           {DNNL_ARG_DST, device->memory(destination)}});
  result.backward = runner(device, dnnl::inner_product_backward_data(backward),
                           {{DNNL_ARG_DIFF_DST, device->memory(destination)},
                            {DNNL_ARG_WEIGHTS, device->memory(backward.weights_desc())},
                            {DNNL_ARG_DIFF_SRC, device->memory(source)}});
  return result;
}

/// Whether only the observation lies before a node, at most scaled.
bool reads_observation(const Graph& graph, int node) {
  const int input = graph.node(node).inputs.front();
  return input == 0 ||
         (graph.node(input).inputs.size() == 1 && graph.node(input).inputs.front() == 0 &&
          std::holds_alternative<Scale>(graph.node(input).op));
}

}  // namespace

std::vector<BareKernel> bare_kernels(const Graph& graph, std::int64_t batch, int threads) {
  const auto device = std::make_shared<const BareDevice>(BareDevice{threads});
  std::vector<BareKernel> result;
  for (int node = 1; node < graph.size(); ++node) {
    const Op& op = graph.node(node).op;
    BareKernel kernel;
    if (const auto* conv = std::get_if<Conv2d>(&op)) {
      Shape input = graph.shape(graph.node(node).inputs.front()), weight = conv->weight->shape();
      std::int64_t stride = conv->stride;
      if (steps::worth_rearranging(*conv, input)) {
        input = {input[0] * stride * stride, input[1] / stride, input[2] / stride};
        weight = {weight[0], input[0], weight[2] / stride, weight[3] / stride};
        stride = 1;
      }
      kernel = convolution(device, batch, input, weight, graph.shape(node), stride, conv->padding);
    } else if (const auto* linear = std::get_if<Linear>(&op)) {
      kernel = fully_connected(device, batch, linear->weight->shape());
    } else {
      continue;
    }
    kernel.node = graph.node(node).name;
    kernel.first = reads_observation(graph, node);
    result.push_back(std::move(kernel));
  }
  return result;
}

}  // namespace arcadecam::nn
