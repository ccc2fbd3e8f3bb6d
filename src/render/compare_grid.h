#pragma once

#include <deque>
#include <vector>

#include "episode/moments_sink.h"
#include "render/grid.h"
#include "render/look.h"

namespace arcadecam::render {

/// Methods by states: the game alone, then of every method its map on the screen, scaled and
/// coloured as the look says. A map that is zero is marked; so is how often a method's was.
Grid compare_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                  const Look& look);

/// For every moment a cell per method with the map on its screen, pixel for pixel.
std::vector<std::vector<GridCell>> overlay_cells(const std::deque<episode::Moment>& moments,
                                                 const Look& look);
/// A cell with the screen of a moment.
GridCell screen_cell(const episode::Moment& moment);

/// Title, heads, colour bars and foot of a grid of moments with so many methods, without rows.
Grid empty_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                const Look& look, std::size_t methods);

/// The colour bars of so many methods' maps, one for those without signs and one for those with.
std::vector<GridBar> color_bars(const Look& look, std::size_t methods);
/// That of one method.
GridBar color_bar(const Look& look, std::size_t method);

}  // namespace arcadecam::render
