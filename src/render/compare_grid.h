#pragma once

#include <deque>
#include <optional>

#include "episode/moments_sink.h"
#include "render/grid.h"
#include "render/overlay.h"

namespace arcadecam::render {

/// Methods by states: the game alone, then of every method its map on the screen, each map scaled
/// to its own 0 … 1. A map that is zero is marked; so is how often a method's was.
Grid compare_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                  const ScreenOverlayStyle& style);

/// A cell with the map of a moment's method on its screen, pixel for pixel.
GridCell overlay_cell(const episode::Moment& moment, std::size_t method,
                      const ScreenOverlayStyle& style);
/// A cell with the screen of a moment.
GridCell screen_cell(const episode::Moment& moment);

/// Title, heads, colour bar and foot of a grid of moments, without rows.
Grid empty_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                const ScreenOverlayStyle& style);

}  // namespace arcadecam::render
