// PufferLib's policy for Atari (class Convolutional) and code that keeps its names: CleanRL's
// network, whose critic is called otherwise, alone or in a wrapper that puts an LSTM between the
// network and the heads.

#include <fmt/format.h>

#include <optional>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

struct PufferNames {
  std::string policy;  ///< "policy." in a wrapper
  std::string critic, lstm;
};

std::optional<PufferNames> puffer_names_of(const StateDict& state) {
  for (const std::string policy : {"", "policy."}) {
    if (state.find(policy + "network.0.weight") == nullptr ||
        state.find(policy + "network.7.weight") == nullptr || !has_prefix(state, policy + "actor."))
      continue;
    for (const std::string critic : {"value_fn", "value_function"}) {
      if (!has_prefix(state, policy + critic + ".")) continue;
      for (const std::string lstm : {"lstm", "recurrent"})
        if (!policy.empty() && has_prefix(state, lstm + ".weight_ih_l0"))
          return PufferNames{policy, policy + critic, lstm};
      return PufferNames{policy, policy + critic, {}};
    }
  }
  return std::nullopt;
}

BuiltNetwork build_pufferlib(const StateDict& state, const Hints& hints, const PufferNames& names) {
  TensorTaker taker(state);
  taker.ignore("cell.");  // the LSTM's weights again, for single steps
  NetworkBuilder nodes(taker);
  const std::string network = names.policy + "network.";
  const std::int64_t flat =
      nodes.nature({network + "0", network + "2", network + "4"}, divisor_of(hints));
  std::int64_t width = nodes.linear(network + "7", flat);
  nodes.add(network + "8", nn::Relu{});
  if (!names.lstm.empty()) width = nodes.lstm(names.lstm, width);
  nodes.critic(names.critic.empty() ? names.policy + "value_fn" : names.critic, width);
  nodes.linear(names.policy + "actor", width);
  nodes.last_is_policy();
  return {nodes.finish(),
          {fmt::format("PufferLib's Convolutional{}: the policy's logits, the critic's value",
                       names.lstm.empty() ? "" : ", LSTM"),
           "PPO"}};
}

FoundNetwork recognise_pufferlib(const StateDict& state, const Hints& hints) {
  const auto names = puffer_names_of(state);
  return {names
              ? fmt::format("names start with '{}network.' and '{}'", names->policy, names->critic)
              : "",
          [&state, &hints, names] {
            return build_pufferlib(state, hints, names.value_or(PufferNames{}));
          }};
}

}  // namespace

extern constinit const Convention pufferlib_entry{
    "pufferlib", "PufferLib's policy for Atari, with or without its LSTM", "", recognise_pufferlib};

}  // namespace arcadecam::checkpoint
