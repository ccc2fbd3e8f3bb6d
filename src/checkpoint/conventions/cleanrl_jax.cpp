// CleanRL (Huang et al. 2022), JAX: DQN, C51 and PPO, saved by flax.serialization.to_bytes.

#include <fmt/format.h>

#include "checkpoint/building/atoms.h"
#include "checkpoint/building/flax_layers.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

// The list [settings, [network, actor, critic]].
constexpr const char *kPpoNetwork = "1/0/params/", *kPpoActor = "1/1/params/Dense_0",
                     *kPpoCritic = "1/2/params/Dense_0";

// As the file says it.
nn::Weights support_of(const Hints& hints) {
  const auto atoms = hints.facts.number("n_atoms");
  const auto low = hints.facts.number("v_min"), high = hints.facts.number("v_max");
  const bool said = atoms && *atoms >= 2 && *atoms <= 10'000 && low && high && *low < *high;
  if (!said) return nullptr;
  return support(static_cast<float>(*low), static_cast<float>(*high),
                 static_cast<std::int64_t>(*atoms));
}

BuiltNetwork build_cleanrl_jax(const StateDict& flax, const Hints& hints,
                               const std::string& prefix) {
  const StateDict state = torch_layout(flax);
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const std::int64_t features =
      add_flax_nature(nodes, taker, prefix, FlaxPadding::kValid, divisor_of(hints));
  if (prefix == kPpoNetwork) {
    nodes.critic(kPpoCritic, features);
    nodes.linear(kPpoActor, features);
    nodes.last_is_policy();
    Description ppo{"Nature network, actor-critic: the policy's logits, the critic's value", "PPO"};
    ppo.preset = "envpool";  // both scripts of it
    return {nodes.finish(), std::move(ppo)};
  }
  nodes.linear(prefix + "Dense_1", features);
  nn::Weights atoms = support_of(hints);
  const bool assumed = atoms == nullptr && hints.algorithm == "C51";
  if (assumed) atoms = usual_support();
  if (atoms == nullptr)
    return {nodes.finish(), {"Nature network, DQN head (one value per action)", "DQN"}};
  nodes.expected_value(atoms);
  Description c51{fmt::format("Nature network, C51 head ({})", title_of_support(*atoms)), "C51"};
  if (assumed) c51.unknown.emplace_back("The support of its distribution: assumed.");
  return {nodes.finish(), std::move(c51)};
}

FoundNetwork recognise_cleanrl_jax(const StateDict& state, const Hints& hints) {
  const auto prefix = flax_prefix(state);
  const bool found = hints.source == "flax" && prefix && !prefix->ends_with("_shared_network/") &&
                     !prefix->ends_with("CNN_0/") &&  // sbx's and PureJaxQL's
                     nature_padding(state, *prefix) == FlaxPadding::kValid;
  return {found ? fmt::format("'{}Conv_0/kernel' in flax's layout, convolutions without padding",
                              *prefix)
                : "",
          [&state, &hints, place = prefix.value_or("params/")] {
            return build_cleanrl_jax(state, hints, place);
          }};
}

}  // namespace

extern constinit const Convention cleanrl_jax_entry{
    "cleanrl-jax", "CleanRL's JAX networks: DQN, C51, PPO", "cleanrl", recognise_cleanrl_jax};

}  // namespace arcadecam::checkpoint
