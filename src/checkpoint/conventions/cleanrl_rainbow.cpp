// CleanRL's Rainbow (rainbow_atari.py, after Hessel et al. 2018): noisy dueling C51. Playing uses
// the mean weights, without noise.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/noisy_layers.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const bool found = has_prefix(state, "network.0.") && has_prefix(state, "value_head.0.") &&
                     has_prefix(state, "advantage_head.0.");
  return found ? "names start with 'network.', 'value_head.' and 'advantage_head.'" : "";
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker);
  const std::int64_t flat =
      nodes.nature({"network.0", "network.2", "network.4"}, divisor_of(hints));
  nn::Weights atoms = taker.take("support", {StateTaker::kAny});
  const Stream value = mean_stream(taker, "value_head.0", "value_head.2", flat);
  const Stream advantage = mean_stream(taker, "advantage_head.0", "advantage_head.2", flat);
  if (value.head.weight->shape()[0] != atoms->size() ||
      advantage.head.weight->shape()[0] % atoms->size() != 0) {
    throw bad_input(
        "'value_head.2' has {} outputs and 'advantage_head.2' {}; expected {} atoms, as "
        "'support' has, and a multiple of them",
        value.head.weight->shape()[0], advantage.head.weight->shape()[0], atoms->size());
  }
  const Stream both = side_by_side(value, advantage);
  nodes.linear("heads.0", both.hidden);
  nodes.add("heads.1", nn::Relu{});
  nodes.linear("heads.2", both.head);
  nodes.add("expected_value", nn::ExpectedValue{std::move(atoms)});
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  const nn::Weights atoms = state.find("support");
  return {fmt::format("noisy dueling C51 ({} atoms, {} … {}), mean weights", atoms->size(),
                      atoms->values().front(), atoms->values().back()),
          "Rainbow"};
}

}  // namespace

extern constinit const Convention cleanrl_rainbow_entry{
    "cleanrl-rainbow", "CleanRL's Rainbow: noisy dueling C51", "cleanrl", recognises, build,
    describe};

}  // namespace arcadecam::checkpoint
