// The atari-agents zoo: class AtariNet with the Nature DQN's convolutions (Mnih et al. 2015) and a
// head of two fully connected layers, trained by DQN, M-DQN (one value per action) or C51 (atoms an
// action).

#include <fmt/format.h>

#include "checkpoint/building/atoms.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

BuiltNetwork build_atari_agents(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const std::int64_t features = nodes.nature_features("_AtariNet__features.", divisor_of(hints));
  const std::int64_t hidden = nodes.linear("_AtariNet__head.0", features);
  nodes.add("_AtariNet__head.1", nn::Relu{});
  nodes.linear("_AtariNet__head.2", hidden);
  nn::Weights support = taker.take_if_present("_AtariNet__support", {TensorTaker::kAny});
  if (support == nullptr && hints.algorithm == "C51") support = usual_support();
  if (support == nullptr) return {nodes.finish(), {"AtariNet, DQN head (one value per action)"}};
  nodes.expected_value(support);
  return {nodes.finish(), {fmt::format("AtariNet, C51 head ({})", title_of_support(*support))}};
}

FoundNetwork recognise_atari_agents(const StateDict& state, const Hints& hints) {
  return {has_prefix(state, "_AtariNet__") ? "names start with '_AtariNet__'" : "",
          [&state, &hints] { return build_atari_agents(state, hints); }};
}

}  // namespace

extern constinit const Convention atari_agents_entry{
    "atari-agents", "AtariNet of the atari-agents zoo: DQN, M-DQN, C51", "",
    recognise_atari_agents};

}  // namespace arcadecam::checkpoint
