// Dopamine's ImpalaDQNNetwork in JAX: IMPALA's residual network with one value per action, online
// parameters.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/dopamine_online.h"
#include "checkpoint/building/flax_layers.h"
#include "checkpoint/building/impala_network.h"

namespace arcadecam::checkpoint {
namespace {

// Conv_0 is the sequence's own, then come two of each block.
std::vector<ImpalaSequence> sequences_of(const DopamineOnline& online) {
  std::vector<ImpalaSequence> sequences;
  const StateDict& flax = online.flax;
  for (int i = 0;; ++i) {
    const std::string name = fmt::format("{}encoder/_stacks_{}/Conv_", online.prefix, i);
    if (flax.find(name + "0/kernel") == nullptr) return sequences;
    sequences.push_back({name + "0", {}});
    for (int at = 1; flax.find(fmt::format("{}{}/kernel", name, at)) != nullptr; at += 2) {
      sequences.back().blocks.push_back(
          {fmt::format("{}{}+", name, at),
           {fmt::format("{}{}", name, at), fmt::format("{}{}", name, at + 1)}});
    }
  }
}

BuiltNetwork build_dopamine_impala(const DopamineOnline& online, const Hints& hints,
                                   const std::vector<ImpalaSequence>& sequences) {
  const std::string& prefix = online.prefix;
  if (sequences.empty())
    throw bad_input("the array '{}encoder/_stacks_0/Conv_0/kernel' is missing", prefix);
  const StateDict state = torch_layout(online.flax);
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const FlatImage image =
      add_impala(nodes, taker, sequences, ImpalaPooling::kSame, divisor_of(hints));
  const std::int64_t width = add_flax_dense(nodes, taker, prefix + "Dense_0", image);
  nodes.linear(prefix + "Dense_1", width);
  return {nodes.finish(),
          {fmt::format("ImpalaDQNNetwork of {} sequences, one value per action", sequences.size()),
           "DQN"}};
}

FoundNetwork recognise_dopamine_impala(const StateDict& state, const Hints& hints) {
  const DopamineOnline online = dopamine_online(state);
  const std::vector<ImpalaSequence> sequences = sequences_of(online);
  const bool found = may_be_dopamine(state, hints) && !sequences.empty();
  return {found ? dopamine_evidence(online, hints, "encoder/_stacks_0/Conv_0") : "",
          [&hints, online, sequences] { return build_dopamine_impala(online, hints, sequences); }};
}

}  // namespace

extern constinit const Convention dopamine_impala_entry{
    "dopamine-impala", "Dopamine's JAX residual networks (ImpalaDQNNetwork)", "dopamine",
    recognise_dopamine_impala};

}  // namespace arcadecam::checkpoint
