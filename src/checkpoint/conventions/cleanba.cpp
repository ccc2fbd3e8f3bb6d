// Cleanba (Huang et al. 2023), JAX: the list [settings, [network, actor, critic]] of its PPO and
// IMPALA, as flax.serialization.to_bytes packs it, on IMPALA's residual network. Its variant on
// Nature's convolutions has the names of CleanRL's PPO (cleanrl_jax.cpp).

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/flax_layers.h"
#include "checkpoint/building/impala_network.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char *kNetwork = "1/0/params/", *kCleanbaActor = "1/1/params/Dense_0",
                     *kCleanbaCritic = "1/2/params/Dense_0";

// What the script's name ("cleanba_ppo", "cleanba_impala_envpool_machado_atari_wrapper") says.
Description describe_cleanba(const Hints& hints, std::size_t sequences) {
  const std::string_view script = hints.facts.text("exp_name").value_or("");
  Description description{
      fmt::format("IMPALA's residual network of {} sequences, actor-critic: the "
                  "policy's logits, the critic's value",
                  sequences)};
  if (script.starts_with("cleanba_ppo") || script.starts_with("ppo")) description.algorithm = "PPO";
  if (script.starts_with("cleanba_impala")) description.algorithm = "IMPALA";
  if (script.find("impala_atari_wrapper") == std::string::npos) {
    description.preset = "envpool-default";
    description.unknown.emplace_back(
        "How EnvPool was set: Cleanba's newer scripts play whole games, as protocol "
        "envpool-default "
        "does, but with sticky actions (0.25), which no preset of EnvPool has.");
  }
  return description;
}

BuiltNetwork build_cleanba(const StateDict& flax, const Hints& hints,
                           const std::vector<ImpalaSequence>& sequences) {
  if (sequences.empty())
    throw bad_input("the array '{}ConvSequence_0/Conv_0/kernel' is missing", kNetwork);
  const StateDict state = torch_layout(flax);
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const FlatImage image =
      add_impala(nodes, taker, sequences, ImpalaPooling::kSame, divisor_of(hints));
  std::int64_t width = add_flax_dense(nodes, taker, fmt::format("{}Dense_0", kNetwork), image);
  // As many hidden layers as its settings ask for (hiddens).
  for (int layer = 1; taker.has(fmt::format("{}Dense_{}.weight", kNetwork, layer)); ++layer) {
    const std::string name = fmt::format("{}Dense_{}", kNetwork, layer);
    width = nodes.linear(name, width);
    nodes.add(name + ".relu", nn::Relu{});
  }
  nodes.critic(kCleanbaCritic, width);
  nodes.linear(kCleanbaActor, width);
  return {nodes.finish(), describe_cleanba(hints, sequences.size())};
}

FoundNetwork recognise_cleanba(const StateDict& state, const Hints& hints) {
  const auto sequences = flax_impala(state, kNetwork);
  const bool found =
      hints.source == "flax" && !sequences.empty() && has_prefix(state, kCleanbaActor);
  return {found
              ? fmt::format("'{}ConvSequence_0' and '{}' in flax's layout", kNetwork, kCleanbaActor)
              : "",
          [&state, &hints, sequences] { return build_cleanba(state, hints, sequences); }};
}

}  // namespace

extern constinit const Convention cleanba_entry{"cleanba", "Cleanba's JAX agents: PPO, IMPALA",
                                                "envpool", recognise_cleanba};

}  // namespace arcadecam::checkpoint
