// PFRL's actor-critics as its Atari examples make them: a Sequential that ends in Branched, of a
// policy and a value. A3C and A2C have the two convolutions of Mnih et al. 2013, PPO Nature's
// three.

#include <optional>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

struct Places {
  std::vector<PlainConvolution> convolutions;
  std::string hidden, branches;
};

std::optional<Places> places_of(const StateDict& state) {
  const Places three{{{"0", 8, 4, "1"}, {"2", 4, 2, "3"}, {"4", 3, 1, "5"}}, "7", "9"};
  const Places two{{{"0", 8, 4, "1"}, {"2", 4, 2, "3"}}, "5", "7"};
  for (const Places& places : {three, two}) {
    if (has_prefix(state, places.branches + ".child_modules.0.0.") &&
        has_prefix(state, places.hidden + ".")) {
      return places;
    }
  }
  return std::nullopt;
}

Description describe(const Places& places) {
  if (places.convolutions.size() == 3) {
    return {.network = "Nature network, actor-critic: the policy's logits, the critic's value",
            .algorithm = "PPO",
            .assumed = pixels_alone()};
  }
  return {.network = "two convolutions, actor-critic: the policy's logits, the critic's value",
          .algorithm = "A3C",
          .unknown = {"Whether A3C or A2C trained it: their networks are the same."},
          .assumed = pixels_alone()};
}

BuiltNetwork build(const StateDict& state, const Hints& hints, const Places& places) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const std::int64_t flat = nodes.convolutions(places.convolutions, divisor_of(hints)).count();
  const std::int64_t hidden = nodes.linear(places.hidden, flat);
  nodes.add(places.hidden + ".relu", nn::Relu{});
  nodes.critic(places.branches + ".child_modules.1", hidden);
  nodes.linear(places.branches + ".child_modules.0.0", hidden);
  nodes.last_is_policy();
  return {nodes.finish(), describe(places)};
}

FoundNetwork recognise(const StateDict& state, const Hints& hints) {
  const auto found = places_of(state);
  const Places places = found.value_or(Places{{{"0", 8, 4, "1"}}, "5", "7"});
  return {found ? "names start with '" + places.branches + ".child_modules.'" : "",
          [&state, &hints, places] { return build(state, hints, places); }};
}

}  // namespace

extern constinit const Convention pfrl_actor_critic_entry{
    "pfrl-actor-critic", "PFRL's actor-critics: A3C, A2C, PPO", "pfrl", recognise};

}  // namespace arcadecam::checkpoint
