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

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const auto places = places_of(state);
  return places ? "names start with '" + places->branches + ".child_modules.'" : "";
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker);
  const Places places = places_of(state).value_or(Places{{{"0", 8, 4, "1"}}, "5", "7"});
  const std::int64_t flat = nodes.convolutions(places.convolutions, divisor_of(hints));
  const std::int64_t hidden = nodes.linear(places.hidden, flat);
  nodes.add(places.hidden + ".relu", nn::Relu{});
  nodes.critic(places.branches + ".child_modules.1", hidden);
  nodes.linear(places.branches + ".child_modules.0.0", hidden);
  nodes.last_is_policy();
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  const auto places = places_of(state);
  if (places && places->convolutions.size() == 3)
    return {"Nature network, actor-critic: the policy's logits, the critic's value", "PPO"};
  Description small{"two convolutions, actor-critic: the policy's logits, the critic's value",
                    "A3C"};
  small.unknown.emplace_back("Whether A3C or A2C trained it: their networks are the same.");
  return small;
}

}  // namespace

extern constinit const Convention pfrl_actor_critic_entry{"pfrl-actor-critic",
                                                          "PFRL's actor-critics: A3C, A2C, PPO",
                                                          "pfrl",
                                                          recognises,
                                                          build,
                                                          describe,
                                                          false,
                                                          pixels_alone};

}  // namespace arcadecam::checkpoint
