// The residual network of IMPALA (Espeholt et al. 2018, fig. 3, the deep one) in PyTorch, with a
// policy and a critic: as CleanRL writes it (one Sequential `network`) and as ports of OpenAI's
// Procgen baselines do (`conv_seqs`, `hidden_fc`, `logits_fc`, `value_fc`).

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/impala_network.h"

namespace arcadecam::checkpoint {
namespace {

struct ImpalaPlaces {
  std::vector<ImpalaSequence> sequences;
  std::string first, hidden, actor, critic;
};

ImpalaPlaces impala_places_of(const StateDict& state) {
  if (auto sequences = torch_impala(state, "conv_seqs."); !sequences.empty())
    return {std::move(sequences), "conv_seqs.", "hidden_fc", "logits_fc", "value_fc"};
  // A flattening and a ReLU count as modules.
  auto sequences = torch_impala(state, "network.");
  const std::string hidden = fmt::format("network.{}", sequences.size() + 2);
  return {std::move(sequences), "network.", hidden, "actor", "critic"};
}

BuiltNetwork build_impala(const StateDict& state, const Hints& hints, const ImpalaPlaces& places) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  if (places.sequences.empty())
    throw bad_input("the tensor 'network.0.res_block0.conv0.weight' is missing");
  const FlatImage image =
      add_impala(nodes, taker, places.sequences, ImpalaPooling::kPadded, divisor_of(hints));
  const std::int64_t width = nodes.linear(places.hidden, image.count());
  nodes.add(places.hidden + ".relu", nn::Relu{});
  nodes.critic(places.critic, width);
  nodes.linear(places.actor, width);
  nodes.last_is_policy();
  return {nodes.finish(),
          {fmt::format("IMPALA's residual network of {} sequences, actor-critic: the policy's "
                       "logits, the critic's value",
                       places.sequences.size()),
           "PPO"}};
}

FoundNetwork recognise_impala(const StateDict& state, const Hints& hints) {
  const ImpalaPlaces places = impala_places_of(state);
  const bool found = !places.sequences.empty() && has_prefix(state, places.actor + ".");
  return {found ? fmt::format("names start with '{}0.res_block0.conv0.' and '{}.'", places.first,
                              places.actor)
                : "",
          [&state, &hints, places] { return build_impala(state, hints, places); }};
}

}  // namespace

extern constinit const Convention impala_entry{
    "impala", "IMPALA's residual network, PyTorch: policy and critic", "", recognise_impala};

}  // namespace arcadecam::checkpoint
