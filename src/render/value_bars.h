#pragma once

#include <deque>
#include <string>

#include "episode/moments_sink.h"
#include "render/grid.h"

namespace arcadecam::render {

/// A row of action values as bars, one cell a moment: the chosen action's and the runner-up's are
/// coloured (kValueBarsRemark says how). All bars have the same range, from the lowest value of
/// the row to the highest; its label says so.
GridRow value_bars(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                   const Theme& theme);

/// For the foot of a grid with such a row.
inline constexpr const char* kValueBarsRemark =
    "Action values: the chosen action's orange, the runner-up's blue.";

}  // namespace arcadecam::render
