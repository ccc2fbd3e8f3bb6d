// Dopamine (Castro et al. 2018), JAX: PPODiscreteActorCriticNetwork, whose convolutions have no
// padding.

#include "checkpoint/building/flax_layers.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char* kShared = "_shared_network/";

BuiltNetwork build_dopamine_ppo(const StateDict& flax, const Hints& hints,
                                const std::string& shared) {
  const StateDict state = torch_layout(flax);
  TensorTaker taker(state);
  taker.ignore("state");
  taker.ignore("optimizer_state");
  NetworkBuilder nodes(taker);
  const std::string root = shared.substr(0, shared.size() - std::string_view(kShared).size());
  const std::int64_t features =
      add_flax_nature(nodes, taker, shared, FlaxPadding::kValid, divisor_of(hints));
  nodes.critic(root + "_critic/Dense_0", features);
  nodes.linear(root + "_actor/Dense_0", features);
  nodes.last_is_policy();
  return {nodes.finish(),
          {"PPODiscreteActorCriticNetwork: the policy's logits, the critic's value", "PPO"}};
}

FoundNetwork recognise_dopamine_ppo(const StateDict& state, const Hints& hints) {
  const auto shared = flax_prefix(state);
  const bool found = hints.source == "flax" && shared && shared->ends_with(kShared);
  return {found ? "'_shared_network' and '_actor' in flax's layout" : "",
          [&state, &hints, place = shared.value_or(kShared)] {
            return build_dopamine_ppo(state, hints, place);
          }};
}

}  // namespace

extern constinit const Convention dopamine_ppo_entry{"dopamine-ppo", "Dopamine's PPO", "dopamine",
                                                     recognise_dopamine_ppo};

}  // namespace arcadecam::checkpoint
