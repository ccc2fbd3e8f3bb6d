#include "checkpoint/building/flax_layers.h"

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kKernel = "/kernel", kBias = "/bias", kFirst = "Conv_0/kernel";

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

std::optional<std::string> flax_prefix(const StateDict& flax) {
  std::optional<std::string> prefix;
  for (const auto& [name, tensor] : flax.tensors) {
    if (!name.ends_with(kFirst)) continue;
    if (prefix) return std::nullopt;
    prefix = name.substr(0, name.size() - kFirst.size());
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

FlaxImage add_flax_convolutions(NodeList& nodes, StateTaker& taker, const std::string& prefix,
                                FlaxPadding padding, float divisor) {
  constexpr std::array<int, 3> kKernels{8, 4, 3}, kStrides{4, 2, 1};
  constexpr std::int64_t kAny = StateTaker::kAny;
  const bool same = padding == FlaxPadding::kSame;
  std::int64_t channels =
      taker.take(prefix + "Conv_0.weight", {kAny, kAny, kKernels[0], kKernels[0]})->shape()[1];
  std::int64_t extent = 84;
  nodes.pixels(channels, divisor);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string name = fmt::format("{}Conv_{}", prefix, i);
    channels = same ? nodes.same_conv(name, channels, kKernels[i], kStrides[i], extent)
                    : nodes.conv(name, channels, kKernels[i], kStrides[i]);
    nodes.add(name + ".relu", nn::Relu{});
    extent =
        same ? (extent + kStrides[i] - 1) / kStrides[i] : (extent - kKernels[i]) / kStrides[i] + 1;
  }
  nodes.add("flatten", nn::Flatten{});
  return {channels, extent};
}

std::int64_t add_flax_nature(NodeList& nodes, StateTaker& taker, const std::string& prefix,
                             FlaxPadding padding, float divisor) {
  const FlaxImage image = add_flax_convolutions(nodes, taker, prefix, padding, divisor);
  return add_flax_dense(nodes, taker, prefix + "Dense_0", image);
}

std::int64_t add_flax_dense(NodeList& nodes, StateTaker& taker, const std::string& name,
                            const FlaxImage& image) {
  const nn::Weights weight = taker.take(
      name + ".weight", {StateTaker::kAny, image.channels * image.extent * image.extent});
  const std::int64_t width = weight->shape()[0];
  nodes.linear(name, {columns_from_hwc(*weight, image.extent, image.extent),
                      taker.take(name + ".bias", {width})});
  nodes.add(name + ".relu", nn::Relu{});
  return width;
}

}  // namespace arcadecam::checkpoint
