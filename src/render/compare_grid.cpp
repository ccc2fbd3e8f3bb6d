#include "render/compare_grid.h"

#include <fmt/format.h>

#include "render/step_words.h"

namespace arcadecam::render {

GridCell overlay_cell(const episode::Moment& moment, std::size_t method,
                      const ScreenOverlayStyle& style) {
  const explain::Attribution& attribution = moment.attributions.at(method);
  return picture_cell(
      screen_overlay(Image(ByteTensor(moment.screen.shape(), moment.screen.values())),
                     attribution.map.view(), style),
      {}, attribution.says_nothing() ? "says nothing: zero" : "");
}

GridCell screen_cell(const episode::Moment& moment) {
  return picture_cell(Image(ByteTensor(moment.screen.shape(), moment.screen.values())));
}

Grid empty_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                const ScreenOverlayStyle& style) {
  Grid grid;
  grid.title = run_words(info);
  grid.colors = style.colors;
  grid.scale =
      "0 … 1, every map by itself: compare places within a map, not strengths between maps";
  grid.remarks.push_back(how_words(info));
  const bool several_episodes =
      !moments.empty() && moments.front().step.episode != moments.back().step.episode;
  for (const episode::Moment& moment : moments)
    grid.columns.push_back(step_words(info, moment.step, several_episodes));
  return grid;
}

Grid compare_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                  const ScreenOverlayStyle& style) {
  Grid grid = empty_grid(info, moments, style);
  grid.title += fmt::format(" · {} method{}, {} state{}", info.methods.size(),
                            info.methods.size() == 1 ? "" : "s", moments.size(),
                            moments.size() == 1 ? "" : "s");
  grid.first.label = "game";
  for (const episode::Moment& moment : moments) grid.first.cells.push_back(screen_cell(moment));
  for (std::size_t m = 0; m < info.methods.size(); ++m) {
    GridRow& row = grid.rows.emplace_back();
    row.label = info.methods[m].text();
    std::size_t silent = 0;
    for (const episode::Moment& moment : moments) {
      row.cells.push_back(overlay_cell(moment, m, style));
      silent += moment.attributions.at(m).says_nothing() ? 1 : 0;
    }
    if (silent > 0) row.label += fmt::format(" (zero in {} of {})", silent, moments.size());
  }
  return grid;
}

}  // namespace arcadecam::render
