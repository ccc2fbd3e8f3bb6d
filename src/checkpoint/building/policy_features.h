#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {

/// What a policy of Stable-Baselines3 takes its features with: the class NatureCNN, or a class of
/// the user's that has its names ("cnn.0", "cnn.2", …, "linear.0").
struct PolicyFeatures {
  std::string prefix;  ///< of its tensors: "features_extractor."
  std::vector<PlainConvolution> convolutions;
  std::int64_t height = 84, width = 84;  ///< of an observation

  /// Whether it sees the whole screen, as whoever trains without wrappers has it.
  [[nodiscard]] bool is_screen() const { return width == 160 && height >= 210; }
};

/// The user's own class of features as the file calls it ("__main__.CustomCNN"); empty where it is
/// NatureCNN or not said.
std::string own_features_class(const Hints& hints);

/// Finds them below `prefix`. Kernels and the number of linear.0's inputs say where the layers end
/// and how large the pictures are. Throws Error where they are not of NatureCNN's kind.
PolicyFeatures find_policy_features(const StateDict& state, const Hints& hints,
                                    const std::string& prefix);

}  // namespace arcadecam::checkpoint
