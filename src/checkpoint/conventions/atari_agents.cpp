// The atari-agents zoo: class AtariNet with the Nature DQN's convolutions (Mnih et al. 2015) and a
// head of two fully connected layers, trained by DQN, M-DQN (one value an action) or C51 (atoms an
// action).

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kSupport = "_AtariNet__support";
constexpr std::string_view kOutput = "_AtariNet__head.2";
// The support of a C51 file that does not hold it (Bellemare et al. 2017).
constexpr std::int64_t kAtoms = 51;
constexpr float kSmallest = -10;
constexpr float kLargest = 10;

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  return has_prefix(state, "_AtariNet__") ? "names start with '_AtariNet__'" : "";
}

// The support of a C51 head; null for one value an action.
nn::Weights support_of(const StateDict& state, const Hints& hints) {
  if (nn::Weights held = state.find(kSupport)) return held;
  return hints.algorithm == "C51" ? support(kSmallest, kLargest, kAtoms) : nullptr;
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker);
  const std::int64_t features = nodes.nature_features("_AtariNet__features.", divisor_of(hints));
  const std::int64_t hidden = nodes.linear("_AtariNet__head.0", features);
  nodes.add("_AtariNet__head.1", nn::Relu{});
  const std::int64_t outputs = nodes.linear(std::string(kOutput), hidden);
  taker.take_if_present(std::string(kSupport), {StateTaker::kAny});
  if (nn::Weights held = support_of(state, hints)) {
    const std::int64_t atoms = held->size();
    if (outputs % atoms != 0) {
      throw bad_input(
          "the tensor '{}.weight' has {} outputs; expected a multiple of the C51 support's {} "
          "atoms",
          kOutput, outputs, atoms);
    }
    nodes.add("expected_value", nn::ExpectedValue{std::move(held)});
  }
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& hints) {
  const nn::Weights held = support_of(state, hints);
  if (held == nullptr) return {"AtariNet, DQN head (one value an action)"};
  return {fmt::format("AtariNet, C51 head ({} atoms, {} … {})", held->size(),
                      held->values().front(), held->values().back())};
}

}  // namespace

extern constinit const Convention atari_agents_entry{
    "atari-agents", "AtariNet of the atari-agents zoo: DQN, M-DQN, C51", "", recognises, build,
    describe};

}  // namespace arcadecam::checkpoint
