// CleanRL (Huang et al. 2022), PyTorch: DQN, C51 and PPO. One Sequential `network`, in which the
// flattening counts as a module; PPO has `actor` and `critic` behind it, with an LSTM between where
// it is recurrent.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kLstm = "lstm";

bool is_ppo(const StateDict& state) {
  return has_prefix(state, "actor.");
}

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  // IMPALA's residual network has a network.0.conv.weight (impala.cpp, cleanrl_qdagger.cpp), PQN's
  // a normalisation behind the first convolution (cleanrl_pqn.cpp).
  if (state.find("network.0.weight") == nullptr || !has_prefix(state, "network.7.") ||
      has_prefix(state, "network.1.")) {
    return {};
  }
  return is_ppo(state) ? "names start with 'network.' and 'actor.'"
                       : "names start with 'network.0.' … 'network.7.'";
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker);
  const std::int64_t flat =
      nodes.nature({"network.0", "network.2", "network.4"}, divisor_of(hints));
  std::int64_t hidden = nodes.linear("network.7", flat);
  nodes.add("network.8", nn::Relu{});
  if (has_prefix(state, kLstm)) hidden = nodes.lstm(std::string(kLstm), hidden);
  if (is_ppo(state)) {
    nodes.critic("critic", hidden);
    nodes.linear("actor", hidden);
    nodes.last_is_policy();
    return nodes.finish();
  }
  const std::int64_t outputs = nodes.linear("network.9", hidden);
  if (nn::Weights atoms = taker.take_if_present("atoms", {StateTaker::kAny})) {
    if (outputs % atoms->size() != 0) {
      throw bad_input(
          "the tensor 'network.9.weight' has {} outputs; expected a multiple of {} atoms", outputs,
          atoms->size());
    }
    nodes.add("expected_value", nn::ExpectedValue{std::move(atoms)});
  }
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  if (is_ppo(state)) {
    return {fmt::format("Nature network{}, actor-critic: the policy's logits, the critic's value",
                        has_prefix(state, kLstm) ? ", LSTM" : ""),
            "PPO"};
  }
  const nn::Weights atoms = state.find("atoms");
  if (atoms == nullptr) return {"Nature network, DQN head (one value an action)", "DQN"};
  return {fmt::format("Nature network, C51 head ({} atoms, {} … {})", atoms->size(),
                      atoms->values().front(), atoms->values().back()),
          "C51"};
}

}  // namespace

extern constinit const Convention cleanrl_entry{
    "cleanrl", "CleanRL's PyTorch networks: DQN, C51, PPO, recurrent PPO",
    "cleanrl", recognises,
    build,     describe};

}  // namespace arcadecam::checkpoint
