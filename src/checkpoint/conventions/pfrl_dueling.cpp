// PFRL's DuelingDQN (Wang et al. 2016) and DistributionalDuelingDQN, which its Rainbow makes noisy:
// one hidden layer, whose first half the advantages are read from and whose second half the value.
// Playing uses the mean weights; PFRL itself draws noise in evaluation, too.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/noisy_layers.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char* kMain = "main_stream";

bool is_distribution(const StateDict& state) {
  return has_prefix(state, "main_stream.");
}

// Where a layer's own or mean weights are.
std::string mean_of(const StateDict& state, const std::string& name) {
  return has_prefix(state, name + ".mu.") ? name + ".mu" : name;
}

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const bool found = state.find("conv_layers.0.weight") != nullptr &&
                     has_prefix(state, "a_stream.") && has_prefix(state, "v_stream.");
  return found ? "names start with 'conv_layers.', 'a_stream.' and 'v_stream.'" : "";
}

nn::Linear layer(const StateDict& state, StateTaker& taker, const std::string& name,
                 std::int64_t inputs) {
  taker.ignore(name + ".sigma.");
  return mean_layer(taker, mean_of(state, name), inputs);
}

nn::Linear half(const nn::Linear& both, std::int64_t first, std::int64_t count) {
  return {rows_of(*both.weight, first, count), rows_of(*both.bias, first, count)};
}

void distribution(const StateDict& state, StateTaker& taker, NodeList& nodes, std::int64_t flat) {
  const nn::Linear both = layer(state, taker, kMain, flat);
  const std::int64_t width = both.weight->shape()[0];
  if (width % 2 != 0) throw bad_input("'{}' has {} outputs; expected an even number", kMain, width);
  const Stream advantage{half(both, 0, width / 2), layer(state, taker, "a_stream", width / 2)};
  const Stream value{half(both, width / 2, width / 2), layer(state, taker, "v_stream", width / 2)};
  const std::int64_t atoms = value.head.weight->shape()[0],
                     outputs = advantage.head.weight->shape()[0];
  if (outputs % atoms != 0) {
    throw bad_input("'a_stream' has {} outputs; expected a multiple of the {} atoms of 'v_stream'",
                    outputs, atoms);
  }
  const Stream stream = side_by_side(value, advantage);
  nodes.linear(kMain, stream.hidden);
  nodes.activation("main_stream.relu");
  nodes.linear("v_stream+a_stream", stream.head);
  nodes.add("expected_value", nn::ExpectedValue{support(-10, 10, atoms)});
}

int stream(NodeList& nodes, const std::string& name, std::int64_t flat, std::int64_t outputs) {
  const std::int64_t hidden = nodes.linear(name + ".hidden_layers.0", flat);
  nodes.add(name + ".hidden_layers.0.relu", nn::Relu{});
  nodes.linear(name + ".output", hidden, outputs);
  return nodes.last();
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker, activation_of(hints));
  const std::int64_t flat = nodes.convolutions({{"conv_layers.0", 8, 4, "conv_layers.0.relu"},
                                                {"conv_layers.1", 4, 2, "conv_layers.1.relu"},
                                                {"conv_layers.2", 3, 1, "conv_layers.2.relu"}},
                                               divisor_of(hints));
  if (is_distribution(state)) {
    distribution(state, taker, nodes, flat);
    return nodes.finish();
  }
  const int features = nodes.last();
  const int value = stream(nodes, "v_stream", flat, 1);
  nodes.continue_from(features);
  const int advantage = stream(nodes, "a_stream", flat, StateTaker::kAny);
  nodes.add("q", nn::Dueling{}, {value, advantage});
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  if (!is_distribution(state)) return {"DuelingDQN, one value an action", "DQN"};
  const bool noisy = mean_of(state, kMain) != kMain;
  const std::int64_t atoms = state.find(mean_of(state, "v_stream") + ".bias")->size();
  Description description{fmt::format("{}dueling C51 ({} atoms, -10 … 10){}", noisy ? "noisy " : "",
                                      atoms, noisy ? ", mean weights" : ""),
                          noisy ? "Rainbow" : "C51"};
  description.unknown.emplace_back("The support of its distribution: -10 … 10 is assumed.");
  return description;
}

}  // namespace

extern constinit const Convention pfrl_dueling_entry{
    "pfrl-dueling", "PFRL's dueling networks: DQN, Rainbow",
    "pfrl",         recognises,
    build,          describe,
    false,          pixels_and_relu};

}  // namespace arcadecam::checkpoint
