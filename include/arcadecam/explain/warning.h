#pragma once

#include <string_view>

namespace arcadecam::explain {

/// Why a map says less than it seems to.
enum class Warning {
  kZeroGradient,     ///< nothing that the method reads depends on the target: the map is zero
  kNothingPositive,  ///< all evidence speaks against the target and is cut off: the map is zero
  kConstant,         ///< the method's numbers are the same everywhere: the map is zero
  kSaturated,        ///< the target is a softmax probability of nearly 0 or 1: gradients vanish
  kPremise,          ///< the method's formula assumes what this network's output is not
  kIncomplete,       ///< a complete method's terms do not sum to the explained value
};
inline constexpr int kWarnings = 6;

/// In words, as the end of "3 of 10 maps: …".
std::string_view meaning(Warning warning);

}  // namespace arcadecam::explain
