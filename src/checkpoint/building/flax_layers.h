#pragma once

#include <optional>
#include <string>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {

// Networks of flax.linen: kernels H×W×in×out and in×out, features flattened as H×W×C.

/// The same state dict in PyTorch's layout: "…/Conv_0/kernel" is "…/Conv_0.weight", out×in×H×W.
StateDict torch_layout(const StateDict& flax);

/// In the tensors whose names begin with `root`: everything in front of `first`; nothing where none
/// or several networks have one.
std::optional<std::string> flax_prefix(const StateDict& flax, std::string_view root = "",
                                       std::string_view first = "Conv_0/kernel");

/// How the Nature convolutions treat the border: VALID leaves 7×7 places, SAME 11×11. Read from the
/// number of Dense_0's inputs; nothing where it is neither's.
enum class FlaxPadding { kValid, kSame };
std::optional<FlaxPadding> nature_padding(const StateDict& flax, const std::string& prefix);

/// Input, scale, Conv_0 … Conv_2 with ReLUs and "flatten", of torch_layout()'s tensors.
FlatImage add_flax_convolutions(NetworkBuilder& nodes, const std::string& prefix,
                                FlaxPadding padding, float divisor);

/// A dense layer on the flattened image and a ReLU. Returns its width.
std::int64_t add_flax_dense(NetworkBuilder& nodes, TensorTaker& taker, const std::string& name,
                            const FlatImage& image);

/// add_flax_convolutions(), Dense_0 and a ReLU. Returns the number of features.
std::int64_t add_flax_nature(NetworkBuilder& nodes, TensorTaker& taker, const std::string& prefix,
                             FlaxPadding padding, float divisor);

}  // namespace arcadecam::checkpoint
