#include "checkpoint/building/kaixhin_network.h"

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/noisy_layers.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

// CURL (Laskin et al. 2020) trains with a contrastive head beside the others.
constexpr const char* kContrastive = "W_h";

bool has_contrastive_head(const StateDict& state) {
  return state.find(kContrastive) != nullptr;
}

}  // namespace

bool has_kaixhin_streams(const StateDict& state) {
  return has_prefix(state, "fc_h_v.") && has_prefix(state, "fc_z_a.");
}

std::vector<PlainConvolution> kaixhin_sequence(const StateDict& state, int padding) {
  if (has_prefix(state, "convs.4."))
    return {{"convs.0", 8, 4, {}, padding}, {"convs.2", 4, 2}, {"convs.4", 3, 1}};
  return {{"convs.0", 5, 5, {}, padding}, {"convs.2", 5, 5}};
}

nn::Graph build_kaixhin(const StateDict& state, const std::vector<PlainConvolution>& convolutions,
                        float divisor) {
  StateTaker taker(state);
  NodeList nodes(taker);
  const std::int64_t flat = nodes.convolutions(convolutions, divisor);
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
  if (has_contrastive_head(state)) {
    for (const char* trained_with : {"W_h", "W_c", "b_h", "b_c"}) taker.ignore(trained_with);
    taker.take_if_present("W", {StateTaker::kAny, StateTaker::kAny});
  }
  return nodes.finish();
}

Description describe_kaixhin(const StateDict& state) {
  const std::int64_t atoms = state.find("fc_z_v.bias_mu")->size();
  Description description{
      fmt::format("noisy dueling C51 ({} atoms, -10 … 10), mean weights{}", atoms,
                  has_contrastive_head(state) ? ", without CURL's contrastive head" : ""),
      "Rainbow"};
  description.unknown.emplace_back("The support of its distribution: -10 … 10 is assumed.");
  return description;
}

}  // namespace arcadecam::checkpoint
