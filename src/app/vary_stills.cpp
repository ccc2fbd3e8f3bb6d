#include "app/vary_stills.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "picture/png.h"
#include "render/grid.h"

namespace arcadecam::app {
namespace {

render::GridRow stills_row(const PlayedVariation& game) {
  render::GridRow row;
  row.label = game.variation == nullptr
                  ? "plain: the game as it is"
                  : fmt::format("{}: {}", game.name(), game.variation->summary);
  for (std::size_t i = 0; i < std::size(kStills); ++i) {
    // An episode that was over by then shows its last one again.
    const PlayedVariation::Still& still = game.stills[std::min(i, game.stills.size() - 1)];
    row.cells.push_back(
        render::picture_cell(still.screen, fmt::format("decision {}", still.index)));
  }
  return row;
}

}  // namespace

std::string stills_name(const agent::Agent& agent) {
  return fmt::format("variations-{}.png", name_for_files(agent));
}

void write_stills(const std::filesystem::path& file, const PlayedAgent& played) {
  render::Grid grid;
  grid.title = fmt::format("{}: variations of {}", played.agent.name, played.agent.game.title);
  grid.columns.resize(std::size(kStills));
  for (const PlayedVariation& game : played.games) grid.rows.push_back(stills_row(game));
  picture::write_png(
      file, render::draw(render::draw_grid(grid)),
      {{"Software", "ArcadeCAM"}, {"Agent", played.agent.name}, {"Game", played.agent.game.name}});
}

}  // namespace arcadecam::app
