// Dopamine's ImpalaDQNNetwork in JAX: IMPALA's residual network with one value an action, online
// parameters.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/flax_layers.h"
#include "checkpoint/impala_network.h"

namespace arcadecam::checkpoint {
namespace {

std::string online(const StateDict& state) {
  return has_prefix(state, "online_params/params/") ? "online_params/params/"
         : has_prefix(state, "online_params/")      ? "online_params/"
                                                    : "params/";
}

// Conv_0 is the sequence's own, then come two of each block.
std::vector<ImpalaSequence> sequences_of(const StateDict& flax) {
  std::vector<ImpalaSequence> sequences;
  const std::string prefix = online(flax);
  for (int i = 0;; ++i) {
    const std::string name = fmt::format("{}encoder/_stacks_{}/Conv_", prefix, i);
    if (flax.find(name + "0/kernel") == nullptr) return sequences;
    sequences.push_back({name + "0", {}});
    for (int at = 1; flax.find(fmt::format("{}{}/kernel", name, at)) != nullptr; at += 2) {
      sequences.back().blocks.push_back(
          {fmt::format("{}{}+", name, at),
           {fmt::format("{}{}", name, at), fmt::format("{}{}", name, at + 1)}});
    }
  }
}

std::string recognises(const StateDict& state, const Hints& hints) {
  if (hints.source != "flax" && hints.source != "dopamine") return {};
  if (sequences_of(state).empty()) return {};
  return fmt::format("'{}encoder/_stacks_0/Conv_0/kernel' in flax's layout", online(state));
}

nn::Graph build(const StateDict& flax, const Hints& hints) {
  const std::vector<ImpalaSequence> sequences = sequences_of(flax);
  const std::string prefix = online(flax);
  if (sequences.empty())
    throw bad_input("the array '{}encoder/_stacks_0/Conv_0/kernel' is missing", prefix);
  const StateDict state = torch_layout(flax);
  StateTaker taker(state);
  NodeList nodes(taker);
  const ImpalaImage image =
      add_impala(nodes, taker, sequences, ImpalaPooling::kSame, divisor_of(hints));
  const std::int64_t width =
      add_flax_dense(nodes, taker, prefix + "Dense_0", {image.channels, image.extent});
  nodes.linear(prefix + "Dense_1", width);
  if (prefix.starts_with("online_params/")) {
    taker.ignore("target_network_params/");
    taker.ignore("target_params/");
  }
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  return {fmt::format("ImpalaDQNNetwork of {} sequences, one value an action",
                      sequences_of(state).size()),
          "DQN"};
}

}  // namespace

extern constinit const Convention dopamine_impala_entry{
    "dopamine-impala",
    "Dopamine's JAX residual networks (ImpalaDQNNetwork)",
    "dopamine",
    recognises,
    build,
    describe};

}  // namespace arcadecam::checkpoint
