// CleanRL's QDagger (Agarwal et al. 2022), PyTorch and JAX: its student is IMPALA's residual
// network with one value per action.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/flax_layers.h"
#include "checkpoint/building/impala_network.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char *kTorch = "network.", *kFlax = "params/";

Description describe_cleanrl_qdagger(const std::vector<ImpalaSequence>& sequences) {
  return {fmt::format("IMPALA's residual network of {} sequences, one value per action",
                      sequences.size()),
          "DQN"};
}

BuiltNetwork build_torch(const StateDict& state, const Hints& hints,
                         const std::vector<ImpalaSequence>& sequences) {
  if (sequences.empty())
    throw bad_input("the tensor 'network.0.res_block0.conv0.weight' is missing");
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const FlatImage image =
      add_impala(nodes, taker, sequences, ImpalaPooling::kPadded, divisor_of(hints));
  // A flattening and ReLUs count as modules.
  const std::string hidden = fmt::format("{}{}", kTorch, sequences.size() + 2);
  const std::int64_t width = nodes.linear(hidden, image.count());
  nodes.add(next_module(hidden), nn::Relu{});
  nodes.linear(fmt::format("{}{}", kTorch, sequences.size() + 4), width);
  return {nodes.finish(), describe_cleanrl_qdagger(sequences)};
}

BuiltNetwork build_flax(const StateDict& flax, const Hints& hints,
                        const std::vector<ImpalaSequence>& sequences) {
  const StateDict state = torch_layout(flax);
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const FlatImage image =
      add_impala(nodes, taker, sequences, ImpalaPooling::kSame, divisor_of(hints));
  const std::int64_t width = add_flax_dense(nodes, taker, fmt::format("{}Dense_0", kFlax), image);
  nodes.linear(fmt::format("{}Dense_1", kFlax), width);
  return {nodes.finish(), describe_cleanrl_qdagger(sequences)};
}

FoundNetwork recognise_cleanrl_qdagger(const StateDict& state, const Hints& hints) {
  if (auto sequences = flax_impala(state, kFlax); !sequences.empty()) {
    return {hints.source == "flax"
                ? "'params/ConvSequence_0/ResidualBlock_0/Conv_0/kernel' in flax's layout"
                : "",
            [&state, &hints, sequences] { return build_flax(state, hints, sequences); }};
  }
  const auto sequences = torch_impala(state, kTorch);
  const bool found = !sequences.empty() && !has_prefix(state, "actor.");
  return {found ? fmt::format("names start with 'network.0.res_block0.conv0.' and 'network.{}.'",
                              sequences.size() + 4)
                : "",
          [&state, &hints, sequences] { return build_torch(state, hints, sequences); }};
}

}  // namespace

extern constinit const Convention cleanrl_qdagger_entry{
    "cleanrl-qdagger", "CleanRL's QDagger students, PyTorch and JAX: IMPALA's residual network",
    "cleanrl", recognise_cleanrl_qdagger};

}  // namespace arcadecam::checkpoint
