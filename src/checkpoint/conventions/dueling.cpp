// A dueling DQN (Wang et al. 2016) on the Nature DQN's convolutions: a value and an advantage
// stream. Names that many sources share, torchrl's among them, whose activation function is
// another.

#include "checkpoint/building/dueling_network.h"

namespace arcadecam::checkpoint {
namespace {

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const bool found = has_prefix(state, "advantage.") && has_prefix(state, "features.");
  return found ? "names start with 'features.' and 'advantage.'" : "";
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  return build_dueling(taker, "", activation_of(hints), divisor_of(hints));
}

Description describe(const StateDict& /*state*/, const Hints& hints) {
  Description description{"Nature convolutions, dueling head"};
  if (!hints.activation) {
    description.unknown.emplace_back(
        "Whether torchrl made it: its DuelingCnnDQNet has these names, and ELU by default (give "
        "--as torchrl if it did).");
  }
  return description;
}

}  // namespace

extern constinit const Convention dueling_entry{
    "dueling", "a dueling DQN: features, value and advantage",
    "",        recognises,
    build,     describe,
    false,     pixels_and_relu};

}  // namespace arcadecam::checkpoint
