#include "checkpoint/building/kaixhin_network.h"

#include <fmt/format.h>

#include "checkpoint/building/atoms.h"
#include "checkpoint/building/streams.h"

namespace arcadecam::checkpoint {
namespace {

// CURL (Laskin et al. 2020) trains with a contrastive head beside the others.
constexpr const char* kContrastive = "W_h";

}  // namespace

bool has_kaixhin_streams(const StateDict& state) {
  return has_prefix(state, "fc_h_v.") && has_prefix(state, "fc_z_a.");
}

std::vector<PlainConvolution> kaixhin_sequence(const StateDict& state, int padding) {
  if (has_prefix(state, "convs.4."))
    return {{"convs.0", 8, 4, {}, padding}, {"convs.2", 4, 2}, {"convs.4", 3, 1}};
  return {{"convs.0", 5, 5, {}, padding}, {"convs.2", 5, 5}};
}

BuiltNetwork build_kaixhin(const StateDict& state,
                           const std::vector<PlainConvolution>& convolutions, float divisor) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const std::int64_t flat = nodes.convolutions(convolutions, divisor).count();
  const HeadStream value = mean_stream(taker, "fc_h_v", "fc_z_v", flat);
  const HeadStream advantage = mean_stream(taker, "fc_h_a", "fc_z_a", flat);
  add_stream(nodes, {"fc_h", "fc_h.relu", "fc_z"}, side_by_side(value, advantage, "fc_z_a"));
  const nn::Weights atoms = usual_support(value.head.weight->shape()[0]);
  nodes.expected_value(atoms);
  const bool contrastive = taker.has(kContrastive);
  if (contrastive) {
    for (const char* trained_with : {"W_h", "W_c", "b_h", "b_c"}) taker.ignore(trained_with);
    taker.take_if_present("W", {TensorTaker::kAny, TensorTaker::kAny});
  }
  BuiltNetwork built{
      nodes.finish(),
      {fmt::format("noisy dueling C51 ({}), mean weights{}", title_of_support(*atoms),
                   contrastive ? ", without CURL's contrastive head" : ""),
       "Rainbow"}};
  note_usual_support(built.description);
  return built;
}

}  // namespace arcadecam::checkpoint
