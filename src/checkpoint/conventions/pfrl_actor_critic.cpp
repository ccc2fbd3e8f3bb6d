// PFRL's actor-critics as its Atari examples make them: a Sequential that ends in Branched, of a
// policy and a value. A3C and A2C have the two convolutions of Mnih et al. 2013, PPO Nature's
// three.

#include <optional>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

struct PfrlActorCriticPlaces {
  std::vector<PlainConvolution> convolutions;
  std::string hidden, branches;
};

std::optional<PfrlActorCriticPlaces> pfrl_actor_critic_places_of(const StateDict& state) {
  const PfrlActorCriticPlaces three{
      {{"0", 8, 4, "1"}, {"2", 4, 2, "3"}, {"4", 3, 1, "5"}}, "7", "9"};
  const PfrlActorCriticPlaces two{{{"0", 8, 4, "1"}, {"2", 4, 2, "3"}}, "5", "7"};
  for (const PfrlActorCriticPlaces& places : {three, two}) {
    if (has_prefix(state, places.branches + ".child_modules.0.0.") &&
        has_prefix(state, places.hidden + ".")) {
      return places;
    }
  }
  return std::nullopt;
}

Description describe_pfrl_actor_critic(const PfrlActorCriticPlaces& places) {
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

BuiltNetwork build_pfrl_actor_critic(const StateDict& state, const Hints& hints,
                                     const PfrlActorCriticPlaces& places) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const std::int64_t flat = nodes.convolutions(places.convolutions, divisor_of(hints)).count();
  const std::int64_t hidden = nodes.linear(places.hidden, flat);
  nodes.add(places.hidden + ".relu", nn::Relu{});
  nodes.critic(places.branches + ".child_modules.1", hidden);
  nodes.linear(places.branches + ".child_modules.0.0", hidden);
  nodes.last_is_policy();
  return {nodes.finish(), describe_pfrl_actor_critic(places)};
}

FoundNetwork recognise_pfrl_actor_critic(const StateDict& state, const Hints& hints) {
  const auto found = pfrl_actor_critic_places_of(state);
  const PfrlActorCriticPlaces places =
      found.value_or(PfrlActorCriticPlaces{{{"0", 8, 4, "1"}}, "5", "7"});
  return {found ? "names start with '" + places.branches + ".child_modules.'" : "",
          [&state, &hints, places] { return build_pfrl_actor_critic(state, hints, places); }};
}

}  // namespace

extern constinit const Convention pfrl_actor_critic_entry{"pfrl-actor-critic",
                                                          "PFRL's actor-critics: A3C, A2C, PPO",
                                                          "pfrl", recognise_pfrl_actor_critic};

}  // namespace arcadecam::checkpoint
