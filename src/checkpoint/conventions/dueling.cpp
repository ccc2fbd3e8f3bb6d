// A dueling DQN (Wang et al. 2016) on the Nature DQN's convolutions: a value and an advantage
// stream. Names that many sources share, torchrl's among them, whose activation function is
// another.

#include "checkpoint/building/dueling_network.h"

namespace arcadecam::checkpoint {
namespace {

BuiltNetwork build_dueling(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  BuiltNetwork built{
      build_dueling(taker, "", activation_of(hints), divisor_of(hints)),
      {.network = "Nature convolutions, dueling head", .assumed = pixels_and_relu()}};
  if (!hints.activation) {
    built.description.unknown.emplace_back(
        "Whether torchrl made it: its DuelingCnnDQNet has these names, and ELU by default (give "
        "--as torchrl if it did).");
  }
  return built;
}

FoundNetwork recognise_dueling(const StateDict& state, const Hints& hints) {
  const bool found = has_prefix(state, "advantage.") && has_prefix(state, "features.");
  return {found ? "names start with 'features.' and 'advantage.'" : "",
          [&state, &hints] { return build_dueling(state, hints); }};
}

}  // namespace

extern constinit const Convention dueling_entry{
    "dueling", "a dueling DQN: features, value and advantage", "", recognise_dueling};

}  // namespace arcadecam::checkpoint
