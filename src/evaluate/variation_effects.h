#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "measure/statistics.h"

namespace arcadecam::evaluate {

/// What a variation of the game does to an agent's score. Both games are played with common random
/// numbers: the same episode has the same random seed and the same draws of the policy in both.
struct Effect {
  double score = 0;  ///< mean of the variation
  measure::Interval score_interval{};
  double change = 0;  ///< mean of (variation − the game as it is), episode by episode
  /// 95 %, bootstrap over the pairs; NaN for one episode.
  measure::Interval interval{};
  double p = 1;  ///< measure::sign_flip_p() of the pairs
};

/// Scores by episode; both of the same episodes. Throws Error where they are not equally many, or
/// none.
Effect effect_of(std::span<const double> plain, std::span<const double> varied, std::uint64_t seed);

}  // namespace arcadecam::evaluate
