// CleanRL (Huang et al. 2022), JAX: DQN, C51 and PPO, saved by flax.serialization.to_bytes.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/flax_layers.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

// The list [settings, [network, actor, critic]].
constexpr std::string_view kPpoNetwork = "1/0/params/", kPpoActor = "1/1/params/Dense_0",
                           kPpoCritic = "1/2/params/Dense_0";

bool is_ppo(const std::string& prefix) {
  return prefix == kPpoNetwork;
}

std::string recognises(const StateDict& state, const Hints& hints) {
  if (hints.source != "flax") return {};
  const auto prefix = flax_prefix(state);
  if (!prefix || nature_padding(state, *prefix) != FlaxPadding::kValid) return {};
  return fmt::format("'{}Conv_0/kernel' in flax's layout, convolutions without padding", *prefix);
}

struct Support {
  std::int64_t atoms;
  float low, high;
  bool said;  // by the file
};

std::optional<Support> support_of(const Hints& hints) {
  const auto atoms = hints.facts.number("n_atoms");
  const auto low = hints.facts.number("v_min"), high = hints.facts.number("v_max");
  if (atoms && *atoms >= 2 && *atoms <= 10'000 && low && high && *low < *high) {
    return Support{static_cast<std::int64_t>(*atoms), static_cast<float>(*low),
                   static_cast<float>(*high), true};
  }
  if (hints.algorithm == "C51") return Support{51, -10, 10, false};
  return std::nullopt;
}

nn::Graph build(const StateDict& flax, const Hints& hints) {
  const StateDict state = torch_layout(flax);
  StateTaker taker(state);
  NodeList nodes(taker);
  const std::string prefix = flax_prefix(flax).value_or("params/");
  const std::int64_t features =
      add_flax_nature(nodes, taker, prefix, FlaxPadding::kValid, divisor_of(hints));
  if (is_ppo(prefix)) {
    nodes.critic(std::string(kPpoCritic), features);
    nodes.linear(std::string(kPpoActor), features);
    nodes.last_is_policy();
    return nodes.finish();
  }
  const std::string head = prefix + "Dense_1";
  const std::int64_t outputs = nodes.linear(head, features);
  if (const auto held = support_of(hints)) {
    if (outputs % held->atoms != 0) {
      throw bad_input("'{}' has {} outputs; expected a multiple of {} atoms", head, outputs,
                      held->atoms);
    }
    nodes.add("expected_value", nn::ExpectedValue{support(held->low, held->high, held->atoms)});
  }
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& hints) {
  if (is_ppo(flax_prefix(state).value_or(""))) {
    Description ppo{"Nature network, actor-critic: the policy's logits, the critic's value", "PPO"};
    ppo.preset = "envpool";  // both scripts of it
    return ppo;
  }
  const auto held = support_of(hints);
  if (!held) return {"Nature network, DQN head (one value an action)", "DQN"};
  Description c51{fmt::format("Nature network, C51 head ({} atoms, {} … {})", held->atoms,
                              held->low, held->high),
                  "C51"};
  if (!held->said) c51.unknown.emplace_back("The support of its distribution: assumed.");
  return c51;
}

}  // namespace

extern constinit const Convention cleanrl_jax_entry{
    "cleanrl-jax", "CleanRL's JAX networks: DQN, C51, PPO", "cleanrl", recognises, build, describe};

}  // namespace arcadecam::checkpoint
