#pragma once

#include <deque>
#include <string>

#include "episode/moments_sink.h"
#include "render/grid.h"

namespace arcadecam::render {

/// A row of action values as bars, one cell per moment: the chosen action's and the runner-up's are
/// coloured (value_bars_remark() says how). All bars have the same range, from the lowest value of
/// the row to the highest; its label says so.
GridRow value_bars(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                   const Theme& theme);

/// One such cell of a step's action values, for bars from `low` to `high`, both with so many
/// decimals.
GridCell value_bars_cell(const episode::RunInfo& info, const episode::Step& step, float low,
                         float high, int decimals, const Theme& theme);

/// For the foot of a grid with such a row.
std::string value_bars_remark(const episode::RunInfo& info);

}  // namespace arcadecam::render
