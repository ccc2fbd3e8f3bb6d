#include "render/layers_grid.h"

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "render/compare_grid.h"

namespace arcadecam::render {

Grid layers_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& joined,
                 const std::deque<episode::Moment>& apart, const std::vector<LayerStrip>& strips,
                 const Look& look, const Look& layers_look) {
  if (joined.size() != apart.size()) {
    throw bad_input("layers of {} states beside maps of {}", apart.size(), joined.size());
  }
  Grid grid = empty_grid(info, joined, look, info.methods.size());
  const auto whole_cells = overlay_cells(joined, look),
             layer_cells = overlay_cells(apart, layers_look);
  grid.title += " · layers, each with its share of the weights";
  grid.first.label = "game";
  for (const episode::Moment& moment : joined) grid.first.cells.push_back(screen_cell(moment));
  for (const LayerStrip& strip : strips) {
    GridRow& whole = grid.rows.emplace_back();
    whole.label = info.methods.at(strip.method).text();
    for (const std::vector<GridCell>& cells : whole_cells)
      whole.cells.push_back(cells.at(strip.method));
    for (std::size_t l = 0; l < strip.layers.size(); ++l) {
      GridRow& row = grid.rows.emplace_back();
      for (std::size_t i = 0; i < joined.size(); ++i) {
        const auto& layers = joined[i].step.attributions.at(strip.method)->layers;
        double sum = 0;
        for (const explain::LayerWeight& layer : layers) sum += layer.weight;
        GridCell cell = layer_cells[i].at(strip.layers[l]);
        cell.caption =
            fmt::format("weight {:.1f} %", sum > 0 ? 100 * layers.at(l).weight / sum : 0.0);
        row.label = info.methods[strip.method].id +
                    (layers.at(l).layer == "input" ? " · " : " · layer ") + layers.at(l).layer;
        row.cells.push_back(std::move(cell));
      }
    }
  }
  return grid;
}

}  // namespace arcadecam::render
