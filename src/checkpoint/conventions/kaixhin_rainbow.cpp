// Kaixhin's Rainbow since its release 1.4, whose convolutions have no padding, and CURL's (Laskin
// et al. 2020), which is made of it.

#include "checkpoint/building/kaixhin_network.h"

namespace arcadecam::checkpoint {
namespace {

BuiltNetwork build_kaixhin_rainbow(const StateDict& state, const Hints& hints) {
  BuiltNetwork built = build_kaixhin(state, kaixhin_sequence(state, 0), divisor_of(hints));
  built.description.unknown.emplace_back(
      "The padding of its first convolution: none, as since release 1.4; before, it was 1, which "
      "shapes do not tell (give --as kaixhin-rainbow-padded if it is older).");
  return built;
}

FoundNetwork recognise_kaixhin_rainbow(const StateDict& state, const Hints& hints) {
  const bool found = has_prefix(state, "convs.0.") && has_kaixhin_streams(state);
  return {found ? "names start with 'convs.', 'fc_h_v.' and 'fc_z_a.'" : "",
          [&state, &hints] { return build_kaixhin_rainbow(state, hints); }};
}

}  // namespace

extern constinit const Convention kaixhin_rainbow_entry{"kaixhin-rainbow",
                                                        "Kaixhin's Rainbow: noisy dueling C51",
                                                        "rainbow", recognise_kaixhin_rainbow};

}  // namespace arcadecam::checkpoint
