// CleanRL's discrete SAC (Huang et al. 2022, sac_atari.py), PyTorch: its actor or one of its two
// critics of action values, whichever state dict was saved. The last convolution's ReLU stands
// behind the flattening there.

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char *kCleanrlSacActor = "fc_logits", *kCleanrlSacCritic = "fc_q";

BuiltNetwork build_cleanrl_sac(const StateDict& state, const Hints& hints, bool is_actor) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const std::int64_t flat = nodes.nature({"conv.0", "conv.2", "conv.4"}, divisor_of(hints));
  const std::int64_t hidden = nodes.linear("fc1", flat);
  nodes.add("fc1.relu", nn::Relu{});
  nodes.linear(is_actor ? kCleanrlSacActor : kCleanrlSacCritic, hidden);
  if (is_actor) nodes.last_is_policy();
  return {nodes.finish(),
          {is_actor ? "Nature network, the policy's logits"
                    : "Nature network, a critic's value of each action",
           "SAC"}};
}

FoundNetwork recognise_cleanrl_sac(const StateDict& state, const Hints& hints) {
  const bool is_actor = state.find("fc_logits.weight") != nullptr;
  const bool found = state.find("conv.0.weight") != nullptr &&
                     state.find("fc1.weight") != nullptr &&
                     (is_actor || state.find("fc_q.weight") != nullptr);
  return {found ? std::string("names are 'conv.', 'fc1.' and '") +
                      (is_actor ? kCleanrlSacActor : kCleanrlSacCritic) + ".'"
                : "",
          [&state, &hints, is_actor] { return build_cleanrl_sac(state, hints, is_actor); }};
}

}  // namespace

extern constinit const Convention cleanrl_sac_entry{"cleanrl-sac",
                                                    "CleanRL's discrete SAC: its actor or a critic",
                                                    "cleanrl", recognise_cleanrl_sac};

}  // namespace arcadecam::checkpoint
