// DI-engine's DQN, C51 and QR-DQN (ding.model.DQN, C51DQN, QRDQN) on pictures: the Nature DQN's
// convolutions, a linear layer without an activation function behind it, and a head of hidden
// layers of its own, dueling in a DQN by default.

#include <fmt/format.h>

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

FoundNetwork recognise_di_engine(const StateDict& state, const Hints& hints) {
  const bool found = has_prefix(state, "encoder.main.") && has_prefix(state, "encoder.mid.") &&
                     (has_prefix(state, "head.A.0.") || has_prefix(state, "head.Q.0."));
  return {found ? "names start with 'encoder.main.', 'encoder.mid.' and 'head.'" : "",
          [&state, &hints] { return build_di_engine(state, hints); }};
}

}  // namespace

extern constinit const Convention di_engine_entry{"di-engine", "DI-engine's DQN, C51 and QR-DQN",
                                                  "", recognise_di_engine};

}  // namespace arcadecam::checkpoint
