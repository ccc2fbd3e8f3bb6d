// A dueling DQN (Wang et al. 2016) on the Nature DQN's convolutions: a value and an advantage
// stream.

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const bool found = has_prefix(state, "advantage.") && has_prefix(state, "features.");
  return found ? "names start with 'features.' and 'advantage.'" : "";
}

nn::Graph build(const StateDict& state, const Hints& /*hints*/) {
  StateTaker taker(state);
  NodeList nodes(taker);
  const std::int64_t features = nodes.nature_features("features.");
  const int flat = nodes.last();
  const auto stream = [&](const std::string& name, std::int64_t outputs) {
    nn::Weights weight = taker.take(name + ".0.weight", {StateTaker::kAny, features});
    const std::int64_t hidden = weight->shape()[0];
    nodes.add(name + ".0", nn::Linear{std::move(weight), taker.take(name + ".0.bias", {hidden})},
              {flat});
    nodes.add(name + ".1", nn::Relu{});
    nodes.linear(name + ".2", hidden, outputs);
    return nodes.last();
  };
  const int value = stream("value", 1);
  const int advantage = stream("advantage", StateTaker::kAny);
  nodes.add("q", nn::Dueling{}, {value, advantage});
  return nodes.finish();
}

Description describe(const StateDict& /*state*/, const Hints& /*hints*/) {
  return {"Nature convolutions, dueling head"};
}

}  // namespace

extern constinit const Convention dueling_entry{
    "dueling", "a dueling DQN: features, value and advantage", "", recognises, build, describe};

}  // namespace arcadecam::checkpoint
