#pragma once

#include <array>
#include <string>
#include <vector>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {

// The convolutions of IMPALA's residual network (Espeholt et al. 2018, fig. 3, the deep one).

/// The names of one sequence: a convolution 3×3, max-pooling 3×3 by 2, and residual blocks
/// x + conv(f(conv(f(x)))), f the network's activation function.
struct ImpalaSequence {
  std::string convolution;
  struct Block {
    std::string name;
    std::array<std::string, 2> convolutions;
  };
  std::vector<Block> blocks;
};

/// Where the pooling of an even extent begins: PyTorch's ports pad 1 in front, JAX's SAME nothing.
enum class ImpalaPooling { kPadded, kSame };

/// Input, scale, the sequences, "flatten" and the activation function. There is one sequence at
/// least. Throws Error as NetworkBuilder does.
FlatImage add_impala(NetworkBuilder& nodes, TensorTaker& taker,
                     const std::vector<ImpalaSequence>& sequences, ImpalaPooling pooling,
                     float divisor);

/// The sequences PREFIX0, PREFIX1, … of PyTorch's ports ("PREFIX0.res_block0.conv0"), as many as
/// there are.
std::vector<ImpalaSequence> torch_impala(const StateDict& state, const std::string& prefix);

/// The sequences PREFIXConvSequence_0/, … of CleanRL's ports to flax, each of two residual blocks,
/// under the names that torch_layout() gives; as many as there are.
std::vector<ImpalaSequence> flax_impala(const StateDict& flax, const std::string& prefix);

}  // namespace arcadecam::checkpoint
