#pragma once

#include <string>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {

// Linear layers with noise (Fortunato et al. 2018), which plays no part once they are trained, and
// the streams of dueling heads (Wang et al. 2016) made of them.

/// The layer NAME: its weight and bias, or those of its mean (weight_mu, bias_mu). The noise beside
/// them is left out. Throws Error where a tensor is missing or misshapen.
nn::Linear mean_layer(TensorTaker& taker, const std::string& name, std::int64_t inputs);

/// A hidden layer, an activation function and a last layer.
struct HeadStream {
  nn::Linear hidden, head;
};
HeadStream mean_stream(TensorTaker& taker, const std::string& hidden, const std::string& head,
                       std::int64_t inputs);

/// V and A beside each other as one stream of V + A − mean A: one hidden layer, one last layer.
/// `value` gives atoms (or one value), `advantage`, whose last layer is called `advantage_name`, a
/// multiple of as many. Throws Error where it does not.
HeadStream side_by_side(const HeadStream& value, const HeadStream& advantage,
                        const std::string& advantage_name);

/// What the nodes of a stream are called.
struct StreamNames {
  std::string hidden, activation, head;
};
void add_stream(NetworkBuilder& nodes, const StreamNames& names, const HeadStream& stream);

}  // namespace arcadecam::checkpoint
