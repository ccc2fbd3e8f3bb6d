// PFRL's ImplicitQuantileQFunction (Dabney et al. 2018) as its Atari example makes it: psi are the
// convolutions, phi embeds the quantile, f follows their product.

#include "checkpoint/building/iqn_network.h"

namespace arcadecam::checkpoint {
namespace {

BuiltNetwork build_pfrl_iqn(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  BuiltNetwork built = build_iqn(taker, {"psi.", "phi.0.linear", "f.0", "f.2"}, divisor_of(hints));
  built.description.assumed = pixels_alone();
  return built;
}

FoundNetwork recognise_pfrl_iqn(const StateDict& state, const Hints& hints) {
  const bool found = state.find("psi.0.weight") != nullptr && has_prefix(state, "phi.0.linear.") &&
                     has_prefix(state, "f.0.");
  return {found ? "names start with 'psi.', 'phi.0.linear.' and 'f.'" : "",
          [&state, &hints] { return build_pfrl_iqn(state, hints); }};
}

}  // namespace

extern constinit const Convention pfrl_iqn_entry{"pfrl-iqn", "PFRL's implicit quantile networks",
                                                 "pfrl", recognise_pfrl_iqn};

}  // namespace arcadecam::checkpoint
