// Implicit quantile networks (Dabney et al. 2018) in the widely copied layout of
// fqf-iqn-qrdqn.pytorch: plain, dueling or noisy.

#include "checkpoint/building/iqn_network.h"

namespace arcadecam::checkpoint {
namespace {

IqnNames names_of(const StateDict& state) {
  const std::string net = "quantile_net.";
  if (!has_prefix(state, net + "advantage_net."))
    return {"dqn_net.net.", "cosine_net.net.0", net + "net.0", net + "net.2"};
  return {"dqn_net.net.",          "cosine_net.net.0",     net + "advantage_net.0",
          net + "advantage_net.2", net + "baseline_net.0", net + "baseline_net.2"};
}

BuiltNetwork build_iqn(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  BuiltNetwork built = build_iqn(taker, names_of(state), divisor_of(hints));
  built.description.assumed = pixels_alone();
  return built;
}

FoundNetwork recognise_iqn(const StateDict& state, const Hints& hints) {
  // FQF's network has a `fraction_net` as well: its quantiles depend on the state.
  const bool found = has_prefix(state, "dqn_net.net.0.") &&
                     has_prefix(state, "cosine_net.net.0.") && !has_prefix(state, "fraction_net.");
  return {found ? "names start with 'dqn_net.net.' and 'cosine_net.net.'" : "",
          [&state, &hints] { return build_iqn(state, hints); }};
}

}  // namespace

extern constinit const Convention iqn_entry{"iqn", "implicit quantile networks, PyTorch", "",
                                            recognise_iqn};

}  // namespace arcadecam::checkpoint
