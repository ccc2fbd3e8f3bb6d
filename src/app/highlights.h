#pragma once

#include <cstdint>
#include <filesystem>

#include "agent/agent.h"
#include "app/interrupt.h"
#include "app/options/figure_options.h"
#include "episode/run.h"
#include "render/video_sink.h"

namespace arcadecam::app {

/// The `count` most telling moments of a recorded run after HIGHLIGHTS (Amir & Amir 2018): the
/// decisions whose action values lie furthest apart (max − min), none within `kHighlightsApart`
/// steps of another of its episode. Written to `out`: highlights.png, a film strip of those
/// decisions, and highlights.mp4, each with the steps around it. `options` hold methods and target,
/// `look` is the film strip's. Prints what it found.
void write_highlights(const agent::Agent& agent, episode::RunOptions options,
                      const episode::Trace& trace, std::int64_t count,
                      const std::filesystem::path& out, const FigureOptions& figure,
                      const render::Look& look, const render::VideoOptions& video,
                      const Interrupt& interrupt);

/// Steps of the clip ahead of a highlight and after it, at 15 a second.
inline constexpr std::int64_t kHighlightBefore = 22, kHighlightAfter = 15;
inline constexpr std::int64_t kHighlightsApart = kHighlightBefore + kHighlightAfter + 1;

}  // namespace arcadecam::app
