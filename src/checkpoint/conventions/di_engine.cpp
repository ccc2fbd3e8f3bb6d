// DI-engine's DQN (ding.model.DQN) on pictures: the Nature DQN's convolutions, a linear layer
// without an activation function behind it, and a head, dueling by default, of hidden layers of its
// own.

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

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
  const bool dueling = has_prefix(state, "head.A.");
  if (dueling) {
    nodes.dueling([&] { stream("V", 1); }, [&] { stream("A", TensorTaker::kAny); });
  } else {
    stream("Q", TensorTaker::kAny);
  }
  return {nodes.finish(),
          {.network = dueling ? "DI-engine's DQN, dueling head" : "DI-engine's DQN, plain head",
           .algorithm = "DQN",
           .assumed = pixels_and_relu()}};
}

FoundNetwork recognise_di_engine(const StateDict& state, const Hints& hints) {
  const bool found = has_prefix(state, "encoder.main.") && has_prefix(state, "encoder.mid.") &&
                     (has_prefix(state, "head.A.0.") || has_prefix(state, "head.Q.0."));
  return {found ? "names start with 'encoder.main.', 'encoder.mid.' and 'head.'" : "",
          [&state, &hints] { return build_di_engine(state, hints); }};
}

}  // namespace

extern constinit const Convention di_engine_entry{"di-engine", "DI-engine's DQN", "",
                                                  recognise_di_engine};

}  // namespace arcadecam::checkpoint
