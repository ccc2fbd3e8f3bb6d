#include "evaluate/shared_networks.h"

namespace arcadecam::evaluate {

SharedNetworks::SharedNetworks(const agent::Agent& agent, std::uint64_t seed)
    : agent_(agent), seed_(seed) {}

const nn::Graph& SharedNetworks::redrawn() {
  std::call_once(drawn_, [&] {
    redrawn_ = std::make_unique<const nn::Graph>(agent::randomize_weights(*agent_.graph, seed_));
  });
  return *redrawn_;
}

}  // namespace arcadecam::evaluate
