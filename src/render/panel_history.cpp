#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "render/panels.h"

namespace arcadecam::render {

void draw_history(const PanelInput& input, const Layout::Panel& panel) {
  const Theme& theme = input.look.theme;
  const picture::Box& box = panel.picture;
  write_line(input.frame, panel.title, input.font,
             fmt::format("Largest {}", input.info.output_word()), theme.quiet);
  fill(input.frame, box, theme.panel);
  const auto& values = input.history.largest;
  if (values.empty()) return;
  const std::int64_t line = input.font.line_height() + 2;
  const picture::Box plot{box.top + line, box.left, box.height - 2 * line, box.width};
  const auto ends = std::ranges::minmax(values);
  const float low = ends.min, high = ends.max;
  const float range = std::max(high - low, 1e-6F);
  const picture::Box inner{box.top, box.left + 4, box.height, box.width - 8};
  const auto write = [&](std::int64_t top, const std::string& text, picture::Rgb color,
                         picture::Align align) {
    write_line(input.frame, {top, inner.left, line, inner.width}, input.font, text, color, align);
  };
  write(inner.top, fmt::format("{:.2f}", high), theme.quiet, picture::Align::kLeft);
  write(box.bottom() - line, fmt::format("{:.2f}", low), theme.quiet, picture::Align::kLeft);
  write(box.bottom() - line, fmt::format("now {:.2f}", values.back()), theme.text,
        picture::Align::kRight);
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
