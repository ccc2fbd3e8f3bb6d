// Tianshou's ImplicitQuantileNetwork (Weng et al. 2022; Dabney et al. 2018) on the convolutions of
// tianshou.env.atari, in a policy's state dict. As in its other networks, the pixels are not
// divided by 255 unless the environment did it.

#include <fmt/format.h>

#include "checkpoint/building/iqn_network.h"
#include "checkpoint/building/tianshou_policy.h"

namespace arcadecam::checkpoint {
namespace {

BuiltNetwork build_tianshou_iqn(const StateDict& state, const Hints& hints,
                                const std::string& prefix) {
  TensorTaker taker(state);
  ignore_tianshou_others(taker);
  BuiltNetwork built = build_iqn(taker,
                                 {prefix + "preprocess.net.", prefix + "embed_model.net.0",
                                  prefix + "last.model.0", prefix + "last.model.2"},
                                 divisor_of(hints, 1));
  note_tianshou_unknown(hints, /*scaled=*/false, built.description);
  return built;
}

FoundNetwork recognise_tianshou_iqn(const StateDict& state, const Hints& hints) {
  const std::string prefix =
      has_prefix(state, "policy.model.embed_model.") ? "policy.model." : "model.";
  // FQF's policy has a fraction_model as well: its quantiles depend on the state.
  const bool found = has_prefix(state, prefix + "embed_model.net.0.") &&
                     has_prefix(state, prefix + "preprocess.net.0.") &&
                     !has_prefix(state, "fraction_model.") &&
                     !has_prefix(state, "policy.fraction_model.");
  return {found ? fmt::format("names start with '{0}preprocess.net.' and '{0}embed_model.'", prefix)
                : "",
          [&state, &hints, prefix] { return build_tianshou_iqn(state, hints, prefix); }};
}

}  // namespace

extern constinit const Convention tianshou_iqn_entry{
    "tianshou-iqn", "Tianshou's implicit quantile networks", "tianshou", recognise_tianshou_iqn};

}  // namespace arcadecam::checkpoint
