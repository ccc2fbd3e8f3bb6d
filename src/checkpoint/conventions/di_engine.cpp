// DI-engine's DQN, C51, QR-DQN and actor-critic (ding.model.DQN, C51DQN, QRDQN, VAC) on pictures:
// the Nature DQN's convolutions, a linear layer without an activation function behind it, and a
// head of hidden layers of its own, dueling in a DQN by default.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "arcadecam/core/error.h"
#include "checkpoint/building/atoms.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

// A plain head with more outputs than a game has actions gives the library's usual number of atoms
// or quantiles for each. No number of outputs is both.
Description share_out_di_engine(NetworkBuilder& nodes, std::int64_t outputs) {
  constexpr std::int64_t kAtoms = 51, kQuantiles = 32;
  if (outputs <= kMostActions) return {"DI-engine's DQN, plain head", "DQN"};
  if (outputs % kAtoms == 0 && outputs / kAtoms <= kMostActions) {
    const nn::Weights support = usual_support(kAtoms);
    nodes.expected_value(support);
    Description c51{fmt::format("DI-engine's C51DQN ({})", title_of_support(*support)), "C51"};
    note_usual_support(c51);
    return c51;
  }
  if (outputs % kQuantiles == 0 && outputs / kQuantiles <= kMostActions) {
    nodes.mean_of_quantiles(kQuantiles, /*quantile_outermost=*/false);
    return {fmt::format("DI-engine's QRDQN (the mean of {} quantiles an action)", kQuantiles),
            "QR-DQN"};
  }
  throw bad_input(
      "'head.Q.1.0' has {} outputs: a game has {} actions at most, and they are not {} atoms (C51) "
      "or {} "
      "quantiles (QR-DQN) for each; describe the network (--network)",
      outputs, kMostActions, kAtoms, kQuantiles);
}

BuiltNetwork build_di_engine(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  const nn::Op activation = activation_of(hints);
  NetworkBuilder nodes(taker, activation);
  const std::int64_t features =
      nodes.linear("encoder.mid", nodes.nature_features("encoder.main.", divisor_of(hints)));
  const auto stream = [&](const std::string& name, std::int64_t outputs) {
    const std::int64_t width = nodes.linears("head." + name + ".0.", 0, features, activation);
    nodes.activation("head." + name + ".activation");
    return nodes.linear("head." + name + ".1.0", width, outputs);
  };
  Description description{"DI-engine's DQN, dueling head", "DQN"};
  if (has_prefix(state, "head.A.")) {
    nodes.dueling([&] { stream("V", 1); }, [&] { stream("A", TensorTaker::kAny); });
  } else {
    description = share_out_di_engine(nodes, stream("Q", TensorTaker::kAny));
  }
  description.assumed = pixels_and_relu();
  return {nodes.finish(), std::move(description)};
}

constexpr const char *kActorHead = "actor_head.Q.", *kCriticHead = "critic_head.";

// A VAC lists its parts a second time as "actor" and "critic"; these are the same tensors.
void leave_out_twins(const StateDict& state, TensorTaker& taker, bool shares_encoder) {
  struct Twins {
    std::string_view again;
    std::string part;
  };
  for (const Twins& twins : {Twins{"actor.0.", shares_encoder ? "encoder." : "actor_encoder."},
                             Twins{"actor.1.", "actor_head."},
                             Twins{"critic.0.", shares_encoder ? "encoder." : "critic_encoder."},
                             Twins{"critic.1.", kCriticHead}}) {
    for (const auto& [name, tensor] : state.tensors) {
      if (!name.starts_with(twins.again)) continue;
      const std::string other = twins.part + name.substr(twins.again.size());
      const nn::Weights same = state.find(other);
      if (same == nullptr || same->shape() != tensor->shape() ||
          !std::ranges::equal(same->values(), tensor->values()))
        throw bad_input("'{}' is not what '{}' is; expected one tensor under both names", name,
                        other);
    }
    taker.ignore(twins.again);
  }
}

BuiltNetwork build_di_engine_actor_critic(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  const bool shares_encoder = has_prefix(state, "encoder.main.");
  leave_out_twins(state, taker, shares_encoder);
  const nn::Op activation = activation_of(hints);
  NetworkBuilder nodes(taker, activation);
  const std::string encoder = shares_encoder ? "encoder." : "actor_encoder.";
  const std::int64_t flat = nodes.nature_features(encoder + "main.", divisor_of(hints));
  const std::int64_t features = nodes.linear(encoder + "mid", flat);
  const int mid = nodes.last();

  std::int64_t seen = features;
  if (!shares_encoder) {
    const std::string own = "critic_encoder.";
    seen = nodes.linear(
        own + "mid",
        nodes.nature_again({own + "main.0", own + "main.2", own + "main.4"}, "critic"));
  }
  const std::string critic = kCriticHead;
  const std::int64_t wide = nodes.linears(critic + "main.", 0, seen, activation);
  nodes.activation(critic + "activation");
  nodes.linear(critic + "last", wide, 1);
  nodes.last_is_value();

  nodes.continue_from(mid);
  const std::string actor = kActorHead;
  const std::int64_t width = nodes.linears(actor + "0.", 0, features, activation);
  nodes.activation(actor + "activation");
  nodes.linear(actor + "1.0", width);
  nodes.last_is_policy();
  return {nodes.finish(),
          {.network = "DI-engine's VAC: the policy's logits, the critic's value",
           .assumed = pixels_and_relu()}};
}

FoundNetwork recognise_di_engine(const StateDict& state, const Hints& hints) {
  if (has_prefix(state, std::string(kActorHead) + "0.") && has_prefix(state, kCriticHead) &&
      (has_prefix(state, "encoder.main.") || has_prefix(state, "actor_encoder.main.")))
    return {"names start with 'actor_head.Q.', 'critic_head.' and an encoder's",
            [&state, &hints] { return build_di_engine_actor_critic(state, hints); }};
  const bool found = has_prefix(state, "encoder.main.") && has_prefix(state, "encoder.mid.") &&
                     (has_prefix(state, "head.A.0.") || has_prefix(state, "head.Q.0."));
  return {found ? "names start with 'encoder.main.', 'encoder.mid.' and 'head.'" : "",
          [&state, &hints] { return build_di_engine(state, hints); }};
}

}  // namespace

extern constinit const Convention di_engine_entry{
    "di-engine", "DI-engine's DQN, C51, QR-DQN and actor-critic", "", recognise_di_engine};

}  // namespace arcadecam::checkpoint
