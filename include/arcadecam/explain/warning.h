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
  kBiasesTake,       ///< biases keep their share of the relevance, as was asked
  kNotConserved,     ///< relevance is lost or gained though biases take none
};
inline constexpr int kWarnings = 8;

/// Whether it is true of the method in every run, and not only of these maps.
bool is_note(Warning warning);
/// Whether Completeness::relative_residual() measures it.
bool is_of_residual(Warning warning);

/// In words, as the end of "3 of 10 maps: …".
std::string_view meaning(Warning warning);

}  // namespace arcadecam::explain
