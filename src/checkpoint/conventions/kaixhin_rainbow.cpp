// Kaixhin's Rainbow (after Hessel et al. 2018): noisy dueling C51, canonical or data-efficient
// (van Hasselt et al. 2019) convolutions. Playing uses the mean weights, without noise.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/noisy_layers.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const bool found =
      has_prefix(state, "convs.0.") && has_prefix(state, "fc_h_v.") && has_prefix(state, "fc_z_a.");
  return found ? "names start with 'convs.', 'fc_h_v.' and 'fc_z_a.'" : "";
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker);
  const float divisor = divisor_of(hints);
  const std::int64_t flat =
      has_prefix(state, "convs.4.")
          ? nodes.nature({"convs.0", "convs.2", "convs.4"}, divisor)
          : nodes.convolutions({{"convs.0", 5, 5}, {"convs.2", 5, 5}}, divisor);  // data-efficient
  const Stream value = mean_stream(taker, "fc_h_v", "fc_z_v", flat);
  const Stream advantage = mean_stream(taker, "fc_h_a", "fc_z_a", flat);
  const std::int64_t atoms = value.head.weight->shape()[0],
                     outputs = advantage.head.weight->shape()[0];
  if (outputs % atoms != 0) {
    throw bad_input("the tensor 'fc_z_a.weight_mu' has {} outputs; expected a multiple of {} atoms",
                    outputs, atoms);
  }
  const Stream both = side_by_side(value, advantage);
  nodes.linear("fc_h", both.hidden);
  nodes.add("fc_h.relu", nn::Relu{});
  nodes.linear("fc_z", both.head);
  nodes.add("expected_value", nn::ExpectedValue{support(-10, 10, atoms)});
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  const std::int64_t atoms = state.find("fc_z_v.bias_mu")->size();
  Description description{
      fmt::format("noisy dueling C51 ({} atoms, -10 … 10), mean weights", atoms), "Rainbow"};
  description.unknown.emplace_back("The support of its distribution: -10 … 10 is assumed.");
  return description;
}

}  // namespace

extern constinit const Convention kaixhin_rainbow_entry{
    "kaixhin-rainbow", "Kaixhin's Rainbow: noisy dueling C51", "rainbow", recognises, build,
    describe};

}  // namespace arcadecam::checkpoint
