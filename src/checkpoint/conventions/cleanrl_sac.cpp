// CleanRL's discrete SAC (Huang et al. 2022, sac_atari.py), PyTorch: its actor or one of its two
// critics of action values, whichever state dict was saved. The last convolution's ReLU stands
// behind the flattening there.

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kActor = "fc_logits", kCritic = "fc_q";

std::string_view head_of(const StateDict& state) {
  return state.find("fc_logits.weight") != nullptr ? kActor : kCritic;
}

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const std::string head(head_of(state));
  if (state.find("conv.0.weight") == nullptr || state.find("fc1.weight") == nullptr ||
      state.find(head + ".weight") == nullptr) {
    return {};
  }
  return "names are 'conv.', 'fc1.' and '" + head + ".'";
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker);
  const std::int64_t flat = nodes.nature({"conv.0", "conv.2", "conv.4"}, divisor_of(hints));
  const std::int64_t hidden = nodes.linear("fc1", flat);
  nodes.add("fc1.relu", nn::Relu{});
  nodes.linear(std::string(head_of(state)), hidden);
  if (head_of(state) == kActor) nodes.last_is_policy();
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  const bool actor = head_of(state) == kActor;
  return {actor ? "Nature network, the policy's logits"
                : "Nature network, a critic's value of each action",
          "SAC"};
}

}  // namespace

extern constinit const Convention cleanrl_sac_entry{
    "cleanrl-sac", "CleanRL's discrete SAC: its actor or a critic", "cleanrl", recognises, build,
    describe};

}  // namespace arcadecam::checkpoint
