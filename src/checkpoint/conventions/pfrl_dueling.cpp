// PFRL's DuelingDQN (Wang et al. 2016) and DistributionalDuelingDQN, which its Rainbow makes noisy:
// one hidden layer, whose first half the advantages are read from and whose second half the value.
// Playing uses the mean weights; PFRL itself draws noise in evaluation, too.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/atoms.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/streams.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char* kMain = "main_stream";

// A layer, whose own or mean weights these are.
nn::Linear pfrl_dueling_layer(TensorTaker& taker, const std::string& name, std::int64_t inputs) {
  taker.ignore(name + ".sigma.");
  return mean_layer(taker, taker.has(name + ".mu.weight") ? name + ".mu" : name, inputs);
}

nn::Linear half(const nn::Linear& both, std::int64_t first, std::int64_t count) {
  return {rows_of(*both.weight, first, count), rows_of(*both.bias, first, count)};
}

Description distribution(TensorTaker& taker, NetworkBuilder& nodes, std::int64_t flat) {
  const bool noisy = taker.has("main_stream.mu.weight");
  const nn::Linear both = pfrl_dueling_layer(taker, kMain, flat);
  const std::int64_t width = both.weight->shape()[0];
  if (width % 2 != 0) throw bad_input("'{}' has {} outputs; expected an even number", kMain, width);
  const HeadStream advantage{half(both, 0, width / 2),
                             pfrl_dueling_layer(taker, "a_stream", width / 2)};
  const HeadStream value{half(both, width / 2, width / 2),
                         pfrl_dueling_layer(taker, "v_stream", width / 2)};
  add_stream(nodes, {kMain, "main_stream.relu", "v_stream+a_stream"},
             side_by_side(value, advantage, "a_stream"));
  const nn::Weights atoms = usual_support(value.head.weight->shape()[0]);
  nodes.expected_value(atoms);
  Description description{fmt::format("{}dueling C51 ({}){}", noisy ? "noisy " : "",
                                      title_of_support(*atoms), noisy ? ", mean weights" : ""),
                          noisy ? "Rainbow" : "C51"};
  note_usual_support(description);
  return description;
}

void pfrl_dueling_stream(NetworkBuilder& nodes, const std::string& name, std::int64_t flat,
                         std::int64_t outputs) {
  const std::int64_t hidden = nodes.linear(name + ".hidden_layers.0", flat);
  nodes.add(name + ".hidden_layers.0.relu", nn::Relu{});
  nodes.linear(name + ".output", hidden, outputs);
}

BuiltNetwork build_pfrl_dueling(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker, activation_of(hints));
  const std::int64_t flat = nodes
                                .convolutions({{"conv_layers.0", 8, 4, "conv_layers.0.relu"},
                                               {"conv_layers.1", 4, 2, "conv_layers.1.relu"},
                                               {"conv_layers.2", 3, 1, "conv_layers.2.relu"}},
                                              divisor_of(hints))
                                .count();
  Description description{"DuelingDQN, one value per action", "DQN"};
  if (has_prefix(state, "main_stream.")) {
    description = distribution(taker, nodes, flat);
  } else {
    nodes.dueling([&] { pfrl_dueling_stream(nodes, "v_stream", flat, 1); },
                  [&] { pfrl_dueling_stream(nodes, "a_stream", flat, TensorTaker::kAny); });
  }
  description.assumed = pixels_and_relu();
  return {nodes.finish(), std::move(description)};
}

FoundNetwork recognise_pfrl_dueling(const StateDict& state, const Hints& hints) {
  const bool found = state.find("conv_layers.0.weight") != nullptr &&
                     has_prefix(state, "a_stream.") && has_prefix(state, "v_stream.");
  return {found ? "names start with 'conv_layers.', 'a_stream.' and 'v_stream.'" : "",
          [&state, &hints] { return build_pfrl_dueling(state, hints); }};
}

}  // namespace

extern constinit const Convention pfrl_dueling_entry{
    "pfrl-dueling", "PFRL's dueling networks: DQN, Rainbow", "pfrl", recognise_pfrl_dueling};

}  // namespace arcadecam::checkpoint
