// CleanRL's QDagger (Agarwal et al. 2022), PyTorch and JAX: its student is IMPALA's residual
// network with one value an action.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/flax_layers.h"
#include "checkpoint/building/impala_network.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kTorch = "network.", kFlax = "params/";

std::string recognises(const StateDict& state, const Hints& hints) {
  if (hints.source == "flax" && !flax_impala(state, std::string(kFlax)).empty())
    return "'params/ConvSequence_0/ResidualBlock_0/Conv_0/kernel' in flax's layout";
  const auto sequences = torch_impala(state, std::string(kTorch));
  if (sequences.empty() || has_prefix(state, "actor.")) return {};
  return fmt::format("names start with 'network.0.res_block0.conv0.' and 'network.{}.'",
                     sequences.size() + 4);
}

nn::Graph build_torch(const StateDict& state, const Hints& hints) {
  const auto sequences = torch_impala(state, std::string(kTorch));
  if (sequences.empty())
    throw bad_input("the tensor 'network.0.res_block0.conv0.weight' is missing");
  StateTaker taker(state);
  NodeList nodes(taker);
  const ImpalaImage image =
      add_impala(nodes, taker, sequences, ImpalaPooling::kPadded, divisor_of(hints));
  // A flattening and ReLUs count as modules.
  const std::string hidden = fmt::format("{}{}", kTorch, sequences.size() + 2);
  const std::int64_t width = nodes.linear(hidden, image.count());
  nodes.add(next_module(hidden), nn::Relu{});
  nodes.linear(fmt::format("{}{}", kTorch, sequences.size() + 4), width);
  return nodes.finish();
}

nn::Graph build_flax(const StateDict& flax, const std::vector<ImpalaSequence>& sequences,
                     const Hints& hints) {
  const StateDict state = torch_layout(flax);
  StateTaker taker(state);
  NodeList nodes(taker);
  const ImpalaImage image =
      add_impala(nodes, taker, sequences, ImpalaPooling::kSame, divisor_of(hints));
  const std::int64_t width =
      add_flax_dense(nodes, taker, fmt::format("{}Dense_0", kFlax), {image.channels, image.extent});
  nodes.linear(fmt::format("{}Dense_1", kFlax), width);
  return nodes.finish();
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  const auto sequences = flax_impala(state, std::string(kFlax));
  return sequences.empty() ? build_torch(state, hints) : build_flax(state, sequences, hints);
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  const std::size_t flax = flax_impala(state, std::string(kFlax)).size();
  return {fmt::format("IMPALA's residual network of {} sequences, one value an action",
                      flax != 0 ? flax : torch_impala(state, std::string(kTorch)).size()),
          "DQN"};
}

}  // namespace

extern constinit const Convention cleanrl_qdagger_entry{
    "cleanrl-qdagger",
    "CleanRL's QDagger students, PyTorch and JAX: IMPALA's residual network",
    "cleanrl",
    recognises,
    build,
    describe};

}  // namespace arcadecam::checkpoint
