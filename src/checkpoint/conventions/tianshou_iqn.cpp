// Tianshou's ImplicitQuantileNetwork (Weng et al. 2022; Dabney et al. 2018) on the convolutions of
// tianshou.env.atari, in a policy's state dict. As in its other networks, the pixels are not
// divided by 255 unless the environment did it.

#include <fmt/format.h>

#include "checkpoint/building/iqn_network.h"
#include "checkpoint/building/tianshou_policy.h"

namespace arcadecam::checkpoint {
namespace {

std::string prefix_of(const StateDict& state) {
  return has_prefix(state, "policy.model.embed_model.") ? "policy.model." : "model.";
}

IqnNames names_of(const StateDict& state) {
  const std::string prefix = prefix_of(state);
  return {prefix + "preprocess.net.", prefix + "embed_model.net.0", prefix + "last.model.0",
          prefix + "last.model.2"};
}

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const std::string prefix = prefix_of(state);
  if (!has_prefix(state, prefix + "embed_model.net.0.") ||
      !has_prefix(state, prefix + "preprocess.net.0.")) {
    return {};
  }
  // FQF's policy has this as well: its quantiles depend on the state.
  if (has_prefix(state, "fraction_model.") || has_prefix(state, "policy.fraction_model."))
    return {};
  return fmt::format("names start with '{0}preprocess.net.' and '{0}embed_model.'", prefix);
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  ignore_tianshou_others(taker);
  return build_iqn(taker, names_of(state), divisor_of(hints, 1));
}

Description describe(const StateDict& state, const Hints& hints) {
  Description description{title_of_iqn(state, names_of(state)), "IQN"};
  note_tianshou_unknown(hints, /*scaled=*/false, description);
  return description;
}

}  // namespace

extern constinit const Convention tianshou_iqn_entry{
    "tianshou-iqn", "Tianshou's implicit quantile networks", "tianshou", recognises, build,
    describe};

}  // namespace arcadecam::checkpoint
