// The residual network of IMPALA (Espeholt et al. 2018, fig. 3, the deep one) in PyTorch, with a
// policy and a critic: as CleanRL writes it (one Sequential `network`) and as ports of OpenAI's
// Procgen baselines do (`conv_seqs`, `hidden_fc`, `logits_fc`, `value_fc`).

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/impala_network.h"

namespace arcadecam::checkpoint {
namespace {

struct Names {
  std::string sequences, hidden, actor, critic;
};

Names names_of(const StateDict& state) {
  if (!torch_impala(state, "conv_seqs.").empty())
    return {"conv_seqs.", "hidden_fc", "logits_fc", "value_fc"};
  // A flattening and a ReLU count as modules.
  return {"network.", fmt::format("network.{}", torch_impala(state, "network.").size() + 2),
          "actor", "critic"};
}

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const Names names = names_of(state);
  if (torch_impala(state, names.sequences).empty() || !has_prefix(state, names.actor + "."))
    return {};
  return fmt::format("names start with '{}0.res_block0.conv0.' and '{}.'", names.sequences,
                     names.actor);
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker);
  const Names names = names_of(state);
  const std::vector<ImpalaSequence> sequences = torch_impala(state, names.sequences);
  if (sequences.empty())
    throw bad_input("the tensor 'network.0.res_block0.conv0.weight' is missing");
  const ImpalaImage image =
      add_impala(nodes, taker, sequences, ImpalaPooling::kPadded, divisor_of(hints));
  const std::int64_t width = nodes.linear(names.hidden, image.count());
  nodes.add(names.hidden + ".relu", nn::Relu{});
  nodes.critic(names.critic, width);
  nodes.linear(names.actor, width);
  nodes.last_is_policy();
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  return {fmt::format("IMPALA's residual network of {} sequences, actor-critic: the policy's "
                      "logits, the critic's value",
                      torch_impala(state, names_of(state).sequences).size()),
          "PPO"};
}

}  // namespace

extern constinit const Convention impala_entry{
    "impala", "IMPALA's residual network, PyTorch: policy and critic", "", recognises, build,
    describe};

}  // namespace arcadecam::checkpoint
