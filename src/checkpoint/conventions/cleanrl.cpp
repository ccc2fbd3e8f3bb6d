// CleanRL (Huang et al. 2022), PyTorch: DQN, C51 and PPO. One Sequential `network`, in which the
// flattening counts as a module; PPO has `actor` and `critic` behind it, with an LSTM between where
// it is recurrent.

#include <fmt/format.h>

#include "checkpoint/building/atoms.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char* kLstm = "lstm";

BuiltNetwork build_cleanrl(const StateDict& state, const Hints& hints, bool is_ppo) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const std::int64_t flat =
      nodes.nature({"network.0", "network.2", "network.4"}, divisor_of(hints));
  std::int64_t hidden = nodes.linear("network.7", flat);
  nodes.add("network.8", nn::Relu{});
  const bool recurrent = has_prefix(state, kLstm);
  if (recurrent) hidden = nodes.lstm(kLstm, hidden);
  if (is_ppo) {
    nodes.critic("critic", hidden);
    nodes.linear("actor", hidden);
    nodes.last_is_policy();
    return {nodes.finish(),
            {fmt::format("Nature network{}, actor-critic: the policy's logits, the critic's value",
                         recurrent ? ", LSTM" : ""),
             "PPO"}};
  }
  nodes.linear("network.9", hidden);
  const nn::Weights atoms = taker.take_if_present("atoms", {TensorTaker::kAny});
  if (atoms == nullptr)
    return {nodes.finish(), {"Nature network, DQN head (one value per action)", "DQN"}};
  nodes.expected_value(atoms);
  return {nodes.finish(),
          {fmt::format("Nature network, C51 head ({})", title_of_support(*atoms)), "C51"}};
}

FoundNetwork recognise_cleanrl(const StateDict& state, const Hints& hints) {
  // IMPALA's residual network has a network.0.conv.weight (impala.cpp, cleanrl_qdagger.cpp), PQN's
  // a normalisation behind the first convolution (cleanrl_pqn.cpp); PufferLib has its own names for
  // the critic (pufferlib.cpp), RND's agent has two critics (cleanrl_rnd.cpp).
  const bool found = state.find("network.0.weight") != nullptr && has_prefix(state, "network.7.") &&
                     !has_prefix(state, "network.1.") && !has_prefix(state, "value_f") &&
                     !has_prefix(state, "extra_layer.");
  const bool is_ppo = has_prefix(state, "actor.");
  return {!found   ? ""
          : is_ppo ? "names start with 'network.' and 'actor.'"
                   : "names start with 'network.0.' … 'network.7.'",
          [&state, &hints, is_ppo] { return build_cleanrl(state, hints, is_ppo); }};
}

}  // namespace

extern constinit const Convention cleanrl_entry{
    "cleanrl", "CleanRL's PyTorch networks: DQN, C51, PPO, recurrent PPO", "cleanrl",
    recognise_cleanrl};

}  // namespace arcadecam::checkpoint
