// The residual network of IMPALA (Espeholt et al. 2018, fig. 3, the deep one) in PyTorch, with a
// policy and a critic: as CleanRL writes it (one Sequential `network`) and as ports of OpenAI's
// Procgen baselines do (`conv_seqs`, `hidden_fc`, `logits_fc`, `value_fc`).

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/network_parts.h"

namespace arcadecam::checkpoint {
namespace {

struct Names {
  std::string sequences, hidden, actor, critic;
};

int sequences_of(const StateDict& state, const std::string& prefix) {
  int count = 0;
  while (state.find(fmt::format("{}{}.res_block0.conv0.weight", prefix, count)) != nullptr) ++count;
  return count;
}

Names names_of(const StateDict& state) {
  if (sequences_of(state, "conv_seqs.") > 0)
    return {"conv_seqs.", "hidden_fc", "logits_fc", "value_fc"};
  // A flattening and a ReLU count as modules.
  return {"network.", fmt::format("network.{}", sequences_of(state, "network.") + 2), "actor",
          "critic"};
}

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const Names names = names_of(state);
  if (sequences_of(state, names.sequences) == 0) return {};
  return fmt::format("names start with '{}0.res_block0.conv0.'", names.sequences);
}

// x + conv(relu(conv(relu x)))
void residual_block(NodeList& nodes, const std::string& name, std::int64_t channels) {
  const int from = nodes.last();
  nodes.add(name + ".relu0", nn::Relu{});
  for (const int i : {0, 1}) {
    const std::int64_t filters = nodes.conv(fmt::format("{}.conv{}", name, i), channels, 3, 1, 1);
    if (filters != channels) {
      throw bad_input("the tensor '{}.conv{}.weight' has {} filters; expected {}", name, i, filters,
                      channels);
    }
    if (i == 0) nodes.add(name + ".relu1", nn::Relu{});
  }
  nodes.add(name, nn::Add{}, {from, nodes.last()});
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  constexpr std::int64_t kAny = StateTaker::kAny;
  StateTaker taker(state);
  NodeList nodes(taker);
  const Names names = names_of(state);
  std::int64_t channels =
      taker.take(names.sequences + "0.conv.weight", {kAny, kAny, 3, 3})->shape()[1];
  nodes.pixels(channels, divisor_of(hints));
  std::int64_t extent = 84;
  for (int i = 0; i < sequences_of(state, names.sequences); ++i) {
    const std::string name = fmt::format("{}{}", names.sequences, i);
    channels = nodes.conv(name + ".conv", channels, 3, 1, 1);
    nodes.add(name + ".pool", nn::Pool2d{nn::Pool2d::Kind::kMax, 3, 2, 1, 1});
    for (const char* block : {".res_block0", ".res_block1"})
      residual_block(nodes, name + block, channels);
    extent = (extent - 1) / 2 + 1;
  }
  nodes.add("flatten", nn::Flatten{});
  nodes.add("flatten.relu", nn::Relu{});
  const std::int64_t width = nodes.linear(names.hidden, channels * extent * extent);
  nodes.add(names.hidden + ".relu", nn::Relu{});
  nodes.critic(names.critic, width);
  nodes.linear(names.actor, width);
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  const int sequences = sequences_of(state, names_of(state).sequences);
  return {fmt::format("IMPALA's residual network of {} sequences, actor-critic: the policy's "
                      "logits, the critic's value",
                      sequences),
          "PPO"};
}

}  // namespace

extern constinit const Convention impala_entry{
    "impala", "IMPALA's residual network, PyTorch: policy and critic", "", recognises, build,
    describe};

}  // namespace arcadecam::checkpoint
