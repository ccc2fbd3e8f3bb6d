// PFRL's ImplicitQuantileQFunction (Dabney et al. 2018) as its Atari example makes it: psi are the
// convolutions, phi embeds the quantile, f follows their product.

#include "checkpoint/building/iqn_network.h"

namespace arcadecam::checkpoint {
namespace {

IqnNames names() {
  return {"psi.", "phi.0.linear", "f.0", "f.2"};
}

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const bool found = state.find("psi.0.weight") != nullptr && has_prefix(state, "phi.0.linear.") &&
                     has_prefix(state, "f.0.");
  return found ? "names start with 'psi.', 'phi.0.linear.' and 'f.'" : "";
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  return build_iqn(taker, names(), divisor_of(hints));
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  return {title_of_iqn(state, names()), "IQN"};
}

}  // namespace

extern constinit const Convention pfrl_iqn_entry{
    "pfrl-iqn",  "PFRL's implicit quantile networks", "pfrl", recognises, build, describe, false,
    pixels_alone};

}  // namespace arcadecam::checkpoint
