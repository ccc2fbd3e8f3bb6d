#include "checkpoint/building/flax_layers.h"

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kKernel = "/kernel", kBias = "/bias";

std::string renamed(const std::string& name) {
  if (name.ends_with(kKernel)) return name.substr(0, name.size() - kKernel.size()) + ".weight";
  if (name.ends_with(kBias)) return name.substr(0, name.size() - kBias.size()) + ".bias";
  return name;
}

}  // namespace

StateDict torch_layout(const StateDict& flax) {
  StateDict result;
  for (const auto& [name, tensor] : flax.tensors) {
    nn::Weights turned = tensor;
    if (name.ends_with(kKernel) && tensor->shape().rank() == 4) turned = kernel_from_hwio(*tensor);
    if (name.ends_with(kKernel) && tensor->shape().rank() == 2) turned = transposed(*tensor);
    result.tensors.push_back({renamed(name), std::move(turned)});
  }
  return result;
}

std::optional<std::string> flax_prefix(const StateDict& flax, std::string_view root,
                                       std::string_view first) {
  std::optional<std::string> prefix;
  for (const auto& [name, tensor] : flax.tensors) {
    if (!name.starts_with(root) || !name.ends_with(first)) continue;
    if (prefix) return std::nullopt;
    prefix = name.substr(0, name.size() - first.size());
  }
  return prefix;
}

std::optional<FlaxPadding> nature_padding(const StateDict& flax, const std::string& prefix) {
  const nn::Weights last = flax.find(prefix + "Conv_2/kernel");
  const nn::Weights dense = flax.find(prefix + "Dense_0/kernel");
  if (last == nullptr || dense == nullptr || last->shape().rank() != 4 ||
      dense->shape().rank() != 2) {
    return std::nullopt;
  }
  const std::int64_t channels = last->shape()[3], inputs = dense->shape()[0];
  if (inputs == channels * 7 * 7) return FlaxPadding::kValid;
  if (inputs == channels * 11 * 11) return FlaxPadding::kSame;
  return std::nullopt;
}

FlatImage add_flax_convolutions(NetworkBuilder& nodes, const std::string& prefix,
                                FlaxPadding padding, float divisor) {
  const auto layer = [&](int i, int kernel, int stride) {
    const std::string name = fmt::format("{}Conv_{}", prefix, i);
    return PlainConvolution{name, kernel, stride, name + ".relu",
                            padding == FlaxPadding::kSame ? PlainConvolution::kSame : 0};
  };
  return nodes.convolutions({layer(0, 8, 4), layer(1, 4, 2), layer(2, 3, 1)}, divisor);
}

std::int64_t add_flax_nature(NetworkBuilder& nodes, TensorTaker& taker, const std::string& prefix,
                             FlaxPadding padding, float divisor) {
  const FlatImage image = add_flax_convolutions(nodes, prefix, padding, divisor);
  return add_flax_dense(nodes, taker, prefix + "Dense_0", image);
}

std::int64_t add_flax_dense(NetworkBuilder& nodes, TensorTaker& taker, const std::string& name,
                            const FlatImage& image) {
  const nn::Weights weight = taker.take(name + ".weight", {TensorTaker::kAny, image.count()});
  const std::int64_t width = weight->shape()[0];
  nodes.linear(name, {columns_from_hwc(*weight, image.extent, image.extent),
                      taker.take(name + ".bias", {width})});
  nodes.add(name + ".relu", nn::Relu{});
  return width;
}

}  // namespace arcadecam::checkpoint
