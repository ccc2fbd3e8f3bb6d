// sbx (Stable-Baselines3 in JAX): the parameters of a CnnPolicy, DQN's qf_state.params or PPO's
// actor_state.params, which have the same names.

#include <fmt/format.h>

#include "checkpoint/building/flax_layers.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kSbxNature = "NatureCNN_0/";

BuiltNetwork build_sbx(const StateDict& flax, const Hints& hints, const std::string& prefix) {
  const StateDict state = torch_layout(flax);
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  std::int64_t width = add_flax_nature(nodes, taker, prefix + std::string(kSbxNature),
                                       FlaxPadding::kValid, divisor_of(hints));
  // PPO's actor may have hidden layers of its own (net_arch) in front of the last.
  const auto dense = [&](int i) { return fmt::format("{}Dense_{}", prefix, i); };
  int i = 0;
  for (; taker.has(dense(i + 1) + ".weight"); ++i) {
    width = nodes.linear(dense(i), width);
    nodes.add(dense(i) + ".relu", nn::Relu{});
  }
  nodes.linear(dense(i), width);
  Description dqn{"sbx's NatureCNN, DQN head (one value per action)", "DQN"};
  dqn.unknown.emplace_back(
      "Whether these are a DQN's values or the logits of PPO's actor: the names are the same.");
  return {nodes.finish(), std::move(dqn)};
}

FoundNetwork recognise_sbx(const StateDict& state, const Hints& hints) {
  const auto prefix = flax_prefix(state, "", "NatureCNN_0/Conv_0/kernel");
  const bool found = hints.source == "flax" && prefix &&
                     nature_padding(state, *prefix + std::string(kSbxNature)).has_value();
  return {found ? fmt::format("'{}NatureCNN_0/Conv_0/kernel' in flax's layout", *prefix) : "",
          [&state, &hints, place = prefix.value_or("")] { return build_sbx(state, hints, place); }};
}

}  // namespace

extern constinit const Convention sbx_entry{"sbx", "sbx's DQN and PPO, their parameters",
                                            "stable-baselines3", recognise_sbx};

}  // namespace arcadecam::checkpoint
