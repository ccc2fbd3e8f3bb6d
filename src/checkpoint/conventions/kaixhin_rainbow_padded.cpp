// Kaixhin's Rainbow before its release 1.4: the first convolution is padded with 1. Releases 1.0 to
// 1.3, those with pretrained models, name their convolutions conv1 to conv3; what was saved between
// 1.3 and 1.4 has the names of 1.4, so that --as must say it.

#include "checkpoint/building/kaixhin_network.h"

namespace arcadecam::checkpoint {
namespace {

constexpr int kPadding = 1;

BuiltNetwork build_kaixhin_rainbow_padded(const StateDict& state, const Hints& hints,
                                          bool is_numbered) {
  const std::vector<PlainConvolution> convolutions =
      is_numbered ? std::vector<PlainConvolution>{{"conv1", 8, 4, "conv1.relu", kPadding},
                                                  {"conv2", 4, 2, "conv2.relu"},
                                                  {"conv3", 3, 1, "conv3.relu"}}
                  : kaixhin_sequence(state, kPadding);
  return build_kaixhin(state, convolutions, divisor_of(hints));
}

FoundNetwork recognise_kaixhin_rainbow_padded(const StateDict& state, const Hints& hints) {
  const bool is_numbered = has_prefix(state, "conv1.");
  return {is_numbered && has_kaixhin_streams(state)
              ? "names start with 'conv1.', 'fc_h_v.' and 'fc_z_a.'"
              : "",
          [&state, &hints, is_numbered] {
            return build_kaixhin_rainbow_padded(state, hints, is_numbered);
          }};
}

}  // namespace

extern constinit const Convention kaixhin_rainbow_padded_entry{
    "kaixhin-rainbow-padded", "Kaixhin's Rainbow before 1.4: its first convolution padded",
    "rainbow", recognise_kaixhin_rainbow_padded};

}  // namespace arcadecam::checkpoint
