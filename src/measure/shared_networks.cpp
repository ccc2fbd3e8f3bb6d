#include "measure/shared_networks.h"

#include "nn/randomize_weights.h"

namespace arcadecam::measure {

SharedNetworks::SharedNetworks(std::shared_ptr<const nn::Graph> graph, std::uint64_t seed)
    : graph_(std::move(graph)), seed_(seed) {}

const nn::Graph& SharedNetworks::redrawn() {
  std::call_once(drawn_, [&] {
    redrawn_ = std::make_unique<const nn::Graph>(nn::randomize_weights(*graph_, seed_));
  });
  return *redrawn_;
}

}  // namespace arcadecam::measure
