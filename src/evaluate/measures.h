#pragma once

#include <span>

#include "measure/measure.h"

namespace arcadecam::evaluate {

/// The measures that need the game: they restore states in it or play it. Their scorers take a
/// GameContext. Ordered by file name.
std::span<const measure::Measure* const> game_measures();

/// All measures, with and without a game, ordered by id.
std::span<const measure::Measure* const> measures();

}  // namespace arcadecam::evaluate
