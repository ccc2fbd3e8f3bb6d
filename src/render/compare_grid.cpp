#include "render/compare_grid.h"

#include <fmt/format.h>

#include <set>

#include "core/text.h"
#include "render/step_words.h"

namespace arcadecam::render {
namespace {

/// A thin line around every object of the newest plane.
void outline_objects(picture::Image& screen, const episode::Step& step, picture::Rgb color) {
  const Shape plane = step.observation.shape().inner();
  const picture::Box part = picture::box_of(step.seen, screen.size());
  const auto scaled = [](std::int64_t value, std::int64_t to, std::int64_t from) {
    return value * to / from;
  };
  for (const game::ObservedObject& object : step.objects) {
    const PixelBox& box = object.planes.back();
    if (box.empty()) continue;
    const std::int64_t top = scaled(box.top, part.height, plane[0]);
    const std::int64_t left = scaled(box.left, part.width, plane[1]);
    const std::int64_t bottom = scaled(box.top + box.height, part.height, plane[0]);
    const std::int64_t right = scaled(box.left + box.width, part.width, plane[1]);
    outline(screen, {part.top + top - 1, part.left + left - 1, bottom - top + 2, right - left + 2},
            color);
  }
}

}  // namespace

std::vector<std::vector<GridCell>> overlay_cells(const std::deque<episode::Moment>& moments,
                                                 const Look& look) {
  std::vector<std::vector<GridCell>> cells;
  MapScaler scaler(look.maps);
  for (const episode::Moment& moment : moments) {
    const std::vector<ShownMap>& shown = scaler.scale(moment.step);
    const picture::Image screen(
        ByteTensor(moment.step.screen.shape(), moment.step.screen.values()));
    std::vector<GridCell>& row = cells.emplace_back();
    for (std::size_t m = 0; m < shown.size(); ++m) {
      picture::Image picture =
          look.overlaid(screen, moment.step.seen, shown[m].values, m, screen.size());
      if (look.outline_objects) outline_objects(picture, moment.step, picture::Rgb{255, 255, 255});
      row.push_back(
          picture_cell(std::move(picture), {}, shown[m].nothing ? "says nothing: zero" : ""));
    }
  }
  return cells;
}

GridCell screen_cell(const episode::Moment& moment) {
  return picture_cell(
      picture::Image(ByteTensor(moment.step.screen.shape(), moment.step.screen.values())));
}

Grid empty_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                const Look& look, std::size_t methods) {
  Grid grid;
  grid.title = run_words(info);
  grid.theme = look.theme;
  grid.bars = color_bars(look, methods);
  grid.remarks.push_back(how_words(info));
  if (look.outline_objects) {
    grid.remarks.push_back(
        fmt::format("White lines: the game's objects, as its memory tells them. Not told: {}.",
                    info.objects_left_out()));
  }
  const bool several_episodes =
      !moments.empty() && moments.front().step.episode != moments.back().step.episode;
  for (const episode::Moment& moment : moments)
    grid.columns.push_back(step_words(info, moment.step, several_episodes));
  return grid;
}

std::vector<GridBar> color_bars(const Look& look, std::size_t methods) {
  std::vector<GridBar> bars;
  for (const bool with_signs : {false, true}) {
    std::size_t method = 0;
    while (method < methods && look.maps.signs_of(method) != with_signs) ++method;
    if (method == methods) continue;
    std::string meaning =
        fmt::format("scale {}: {}", look.maps.scale.text(), look.maps.scale.sentence(with_signs));
    if (look.overlay == OverlayKind::kAdditive)
      meaning += " · added as the reference program does, where a map hardly shows";
    bars.push_back({look.colors_of(method), std::move(meaning)});
  }
  return bars;
}

Grid compare_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                  const Look& look) {
  Grid grid = empty_grid(info, moments, look, info.methods.size());
  std::set<std::string> methods;
  for (explain::MethodSpec method : info.methods) {
    std::erase_if(method.values, [](const auto& value) { return value.first == "target"; });
    methods.insert(method.text());
  }
  grid.title += " · " + counted(std::ssize(methods), "method");
  if (methods.size() < info.methods.size()) grid.title += ", several targets";
  grid.title += ", " + counted(std::ssize(moments), "state");
  grid.first.label = "game";
  for (const episode::Moment& moment : moments) grid.first.cells.push_back(screen_cell(moment));
  const auto cells = overlay_cells(moments, look);
  for (std::size_t m = 0; m < info.methods.size(); ++m) {
    GridRow& row = grid.rows.emplace_back();
    row.label = info.methods[m].text();
    std::size_t silent = 0;
    for (std::size_t i = 0; i < moments.size(); ++i) {
      row.cells.push_back(cells[i].at(m));
      silent += row.cells.back().alarm.empty() ? 0 : 1;
    }
    if (silent > 0) row.label += fmt::format(" (zero in {} of {})", silent, moments.size());
  }
  return grid;
}

}  // namespace arcadecam::render
