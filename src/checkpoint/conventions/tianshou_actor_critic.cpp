// Tianshou's actor-critics (Weng et al. 2022): PPO, A2C and discrete SAC of its Atari examples, in
// a policy's or an algorithm's state dict. The actor's logits are the network's output; a critic of
// one value is read where the file has it. Pixels are divided only by a ScaledObsInput module.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/tianshou_policy.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char* kPreprocess = "preprocess.";

// Where the actor's tensors are, a policy's own or an algorithm's, which has a policy; and whether
// a module divides its pixels.
struct Actor {
  explicit Actor(const StateDict& state)
      : name(has_prefix(state, "policy.actor.") ? "policy.actor." : "actor."),
        scaled(has_prefix(state, name + kPreprocess + "module.")) {}

  std::string name;
  bool scaled;
};

// The body's names, whose convolutions stand deeper where a hidden layer follows them.
struct Body {
  Body(const StateDict& state, const std::string& owner, bool scaled)
      : net(owner + kPreprocess + (scaled ? "module.net." : "net.")),
        hidden(has_prefix(state, net + "0.0.")) {}

  [[nodiscard]] std::array<std::string, 3> convolutions() const {
    const std::string first = hidden ? net + "0." : net;
    return {first + "0", first + "2", first + "4"};
  }
  std::int64_t add_hidden(NetworkBuilder& nodes, std::int64_t flat) const {
    if (!hidden) return flat;
    const std::int64_t width = nodes.linear(net + "1", flat);
    nodes.add(net + "2", nn::Relu{});
    return width;
  }

  std::string net;
  bool hidden;
};

// Where the critic has the actor's body, the file holds that under both names.
bool shares_body(const StateDict& state, const Actor& actor) {
  return std::ranges::all_of(state.tensors, [&](const auto& tensor) {
    const std::string critic = std::string("critic.") + kPreprocess;
    if (!tensor.name.starts_with(critic)) return true;
    const nn::Weights other =
        state.find(actor.name + kPreprocess + tensor.name.substr(critic.size()));
    return other != nullptr && std::ranges::equal(other->values(), tensor.tensor->values());
  });
}

void add_critic(NetworkBuilder& nodes, const StateDict& state, const Actor& actor,
                std::int64_t width) {
  const nn::Weights head = state.find("critic.last.model.0.weight");
  if (head == nullptr || head->shape().rank() != 2 || head->shape()[0] != 1) return;
  if (!shares_body(state, actor)) {
    const Body body(state, "critic.", actor.scaled);
    width = body.add_hidden(nodes, nodes.nature_again(body.convolutions(), "critic"));
  }
  nodes.critic("critic.last.model.0", width);
}

BuiltNetwork build_tianshou_actor_critic(const StateDict& state, const Hints& hints,
                                         const Actor& actor) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const Body body(state, actor.name, actor.scaled);
  const float divisor = divisor_of(hints, actor.scaled ? 255.0F : 1.0F);
  const std::int64_t width = body.add_hidden(nodes, nodes.nature(body.convolutions(), divisor));
  const int features = nodes.last();
  add_critic(nodes, state, actor, width);
  nodes.continue_from(features);
  nodes.linears(actor.name + "last.model.", 0, width, nn::Relu{});
  nodes.last_is_policy();
  for (const char* other : {"critic", "_actor_critic.", "policy.critic", "alpha", "log_alpha"})
    taker.ignore(other);
  BuiltNetwork built{nodes.finish(), {"Nature network, actor-critic: the policy's logits"}};
  if (has_prefix(state, "critic2.")) built.description.algorithm = "SAC";
  note_tianshou_unknown(hints, actor.scaled, built.description);
  return built;
}

FoundNetwork recognise_tianshou_actor_critic(const StateDict& state, const Hints& hints) {
  const Actor actor(state);
  const bool found =
      has_prefix(state, actor.name + "last.model.") && has_prefix(state, actor.name + kPreprocess);
  return {found ? fmt::format("names start with '{0}preprocess.' and '{0}last.model.'", actor.name)
                : "",
          [&state, &hints, actor] { return build_tianshou_actor_critic(state, hints, actor); }};
}

}  // namespace

extern constinit const Convention tianshou_actor_critic_entry{
    "tianshou-actor-critic", "Tianshou's actor-critics: PPO, A2C, discrete SAC", "tianshou",
    recognise_tianshou_actor_critic};

}  // namespace arcadecam::checkpoint
