#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::nn {

/// One of oneDNN's dense kernels that a network needs, ready to run on memory of its own: what any
/// engine built on oneDNN pays at least for this node, without reorders, activation functions or a
/// tape.
struct BareKernel {
  std::string node;
  std::function<void()> forward;
  std::function<void()> backward;  ///< to the node's input
  bool first = false;  ///< its input is the observation: deep layers' maps need no backward
};

/// The kernels of every convolution and fully connected layer for one batch size, in the layouts
/// that oneDNN prefers. A first convolution that the default engine runs in another form (see
/// onednn/space_to_depth.cpp) is here in that form. Empty in a build without oneDNN.
std::vector<BareKernel> bare_kernels(const Graph& graph, std::int64_t batch, int threads);

}  // namespace arcadecam::nn
