// CleanRL's PPO with random network distillation (Burda et al. 2018): its agent, of whose two
// critics the one of the game's rewards is read. Its curiosity is another file's.

#include <fmt/format.h>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

BuiltNetwork build_cleanrl_rnd(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const std::int64_t flat =
      nodes.nature({"network.0", "network.2", "network.4"}, divisor_of(hints));
  const std::int64_t width = nodes.linears("network.", 7, flat, nn::Relu{});
  const int features = nodes.add("network.last", nn::Relu{});
  nodes.linear("extra_layer.0", width, width);
  const int more = nodes.add("extra_layer.1", nn::Relu{});
  nodes.add("extra", nn::Add{}, {more, features});
  nodes.critic("critic_ext", width);
  taker.ignore("critic_int.");
  nodes.continue_from(features);
  nodes.linears("actor.", 0, width, nn::Relu{});
  nodes.last_is_policy();
  return {nodes.finish(),
          {"CleanRL's PPO with RND: the policy's logits, the value of the game's rewards", "PPO"}};
}

FoundNetwork recognise_cleanrl_rnd(const StateDict& state, const Hints& hints) {
  const bool found = state.find("network.0.weight") != nullptr &&
                     has_prefix(state, "extra_layer.") && has_prefix(state, "critic_int.");
  return {found ? "names start with 'extra_layer.' and 'critic_int.'" : "",
          [&state, &hints] { return build_cleanrl_rnd(state, hints); }};
}

}  // namespace

extern constinit const Convention cleanrl_rnd_entry{
    "cleanrl-rnd", "CleanRL's PPO with random network distillation", "", recognise_cleanrl_rnd};

}  // namespace arcadecam::checkpoint
