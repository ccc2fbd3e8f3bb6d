// CleanRL's Rainbow (rainbow_atari.py, after Hessel et al. 2018): noisy dueling C51. Playing uses
// the mean weights, without noise.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/atoms.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/streams.h"

namespace arcadecam::checkpoint {
namespace {

BuiltNetwork build_cleanrl_rainbow(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const std::int64_t flat =
      nodes.nature({"network.0", "network.2", "network.4"}, divisor_of(hints));
  const nn::Weights atoms = taker.take("support", {TensorTaker::kAny});
  const HeadStream value = mean_stream(taker, "value_head.0", "value_head.2", flat);
  const HeadStream advantage = mean_stream(taker, "advantage_head.0", "advantage_head.2", flat);
  if (value.head.weight->shape()[0] != atoms->size()) {
    throw bad_input("'value_head.2' has {} outputs; expected {} atoms, as 'support' has",
                    value.head.weight->shape()[0], atoms->size());
  }
  add_stream(nodes, {"heads.0", "heads.1", "heads.2"},
             side_by_side(value, advantage, "advantage_head.2"));
  nodes.expected_value(atoms);
  return {
      nodes.finish(),
      {fmt::format("noisy dueling C51 ({}), mean weights", title_of_support(*atoms)), "Rainbow"}};
}

FoundNetwork recognise_cleanrl_rainbow(const StateDict& state, const Hints& hints) {
  const bool found = has_prefix(state, "network.0.") && has_prefix(state, "value_head.0.") &&
                     has_prefix(state, "advantage_head.0.");
  return {found ? "names start with 'network.', 'value_head.' and 'advantage_head.'" : "",
          [&state, &hints] { return build_cleanrl_rainbow(state, hints); }};
}

}  // namespace

extern constinit const Convention cleanrl_rainbow_entry{"cleanrl-rainbow",
                                                        "CleanRL's Rainbow: noisy dueling C51",
                                                        "cleanrl", recognise_cleanrl_rainbow};

}  // namespace arcadecam::checkpoint
