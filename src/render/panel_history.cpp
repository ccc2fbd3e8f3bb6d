#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "render/number_words.h"
#include "render/panels.h"

namespace arcadecam::render {

namespace {

constexpr double kHistoryFramesPerSecond = 60;  ///< of the game

/// The axis of time: seconds of the game before now, in whole numbers, with marks at `mark_top`.
void draw_time(const PanelInput& input, const picture::Box& axis, std::int64_t mark_top) {
  const double span = static_cast<double>(ValueHistory::kLength) *
                      std::max(input.info.protocol.frame_skip, 1) / kHistoryFramesPerSecond;
  const Theme& theme = input.look.theme;
  fill(input.frame, {mark_top, axis.left, 1, axis.width}, theme.bar);
  const double step = span > 9 ? 4 : span > 3 ? 2 : 1;
  for (double second = 0; second < span; second += step) {
    const std::string text = second == 0 ? "0 s" : number_words(-second, 0);
    const auto at = axis.right() - std::llround(second / span * static_cast<double>(axis.width));
    const std::int64_t wide = input.font.width(text) + 4;
    if (at - wide < axis.left) break;
    fill(input.frame, {mark_top, at - 1, 4, 1}, theme.quiet);
    write_line(input.frame, {axis.top, at - (second == 0 ? wide : wide / 2), axis.height, wide},
               input.font, text, theme.quiet, picture::Align::kRight);
  }
}

}  // namespace

void draw_history(const PanelInput& input, const FrameLayout::Panel& panel) {
  const Theme& theme = input.look.theme;
  const picture::Box& box = panel.picture;
  write_line(input.frame, panel.title, input.font,
             fmt::format("Largest {}", input.info.output_word()), theme.quiet);
  fill(input.frame, box, theme.panel);
  const auto& values = input.history.largest;
  if (values.empty()) return;
  const std::int64_t line = input.font.line_height() + 2;
  // Below the values stands the time, where there is room for both.
  constexpr std::int64_t kLinesWithTime = 6;
  const bool has_time = box.height >= kLinesWithTime * line;
  const std::int64_t values_bottom = box.bottom() - (has_time ? line : 0);
  const picture::Box plot{box.top + line, box.left, values_bottom - box.top - 2 * line, box.width};
  const auto ends = std::ranges::minmax(values);
  const float low = ends.min, high = ends.max;
  const float range = std::max(high - low, 1e-6F);
  const picture::Box inner{box.top, box.left + 4, box.height, box.width - 8};
  const auto write = [&](std::int64_t top, const std::string& text, picture::Rgb color,
                         picture::Align align) {
    write_line(input.frame, {top, inner.left, line, inner.width}, input.font, text, color, align);
  };
  const int decimals = input.history.range.decimals();
  write(inner.top, number_words(high, decimals), theme.quiet, picture::Align::kLeft);
  write(values_bottom - line, number_words(low, decimals), theme.quiet, picture::Align::kLeft);
  write(values_bottom - line, "now " + number_words(values.back(), decimals), theme.text,
        picture::Align::kRight);
  if (has_time) draw_time(input, {values_bottom, inner.left, line, inner.width}, plot.bottom());
  const std::int64_t thick = std::max<std::int64_t>(box.height / 60, 2);
  const auto height_of = [&](std::size_t i) {
    const float share = high > low ? (values[i] - low) / range : 0.5F;
    return plot.top + std::lround((1.0F - share) * static_cast<float>(plot.height - thick));
  };
  // The newest step is at the right edge; columns between two steps join them.
  std::int64_t before = height_of(0);
  for (std::int64_t column = 0; column < plot.width; ++column) {
    const auto back = static_cast<std::size_t>(
        (plot.width - 1 - column) * static_cast<std::int64_t>(ValueHistory::kLength) / plot.width);
    if (back >= values.size()) continue;
    const std::int64_t now = height_of(values.size() - 1 - back);
    fill(input.frame,
         {std::min(before, now), plot.left + column, std::abs(now - before) + thick, 1},
         theme.chosen);
    before = now;
  }
}

}  // namespace arcadecam::render
