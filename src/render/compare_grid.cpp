#include "render/compare_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/counted.h"
#include "render/step_words.h"

namespace arcadecam::render {
namespace {

/// A thin line around what is covered, outside of it.
void outline(picture::Image& screen, const std::vector<bool>& covered, picture::Rgb color) {
  const auto [height, width] = screen.size();
  const auto is_covered = [&, height = height, width = width](std::int64_t y, std::int64_t x) {
    return y >= 0 && x >= 0 && y < height && x < width &&
           covered[static_cast<std::size_t>(y * width + x)];
  };
  const auto touches = [&](std::int64_t y, std::int64_t x) {
    for (std::int64_t dy = -1; dy <= 1; ++dy) {
      for (std::int64_t dx = -1; dx <= 1; ++dx) {
        if (is_covered(y + dy, x + dx)) return true;
      }
    }
    return false;
  };
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      if (!is_covered(y, x) && touches(y, x)) screen.set(y, x, color);
    }
  }
}

/// Thin lines around the objects of the frame that the screen shows; an observation's boxes would
/// be larger, since a plane shows two frames. Those of one kind that touch share one line:
/// Breakout's rows of bricks would be hidden below their own lines.
void outline_objects(picture::Image& screen, const episode::Step& step, picture::Rgb color) {
  const picture::Size size = screen.size();
  const PixelBox whole{0, 0, static_cast<int>(size.width), static_cast<int>(size.height)};
  const std::vector<bool> nothing(static_cast<std::size_t>(size.height * size.width), false);
  std::map<std::string, std::vector<bool>> kinds;
  for (const game::GameObject& object : step.screen_objects) {
    const PixelBox box = intersection(object.box, whole);
    if (box.empty()) continue;
    std::vector<bool>& covered = kinds.try_emplace(object.kind, nothing).first->second;
    for (std::int64_t y = box.top; y < box.top + box.height; ++y) {
      for (std::int64_t x = box.left; x < box.left + box.width; ++x)
        covered[static_cast<std::size_t>(y * size.width + x)] = true;
    }
  }
  for (const auto& [kind, covered] : kinds) outline(screen, covered, color);
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
        fmt::format("White lines: the game's objects in the frame shown, as its memory tells them. "
                    "Not told: {}.",
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
    bars.push_back(color_bar(look, method));
  }
  return bars;
}

GridBar color_bar(const Look& look, std::size_t method) {
  std::string meaning = fmt::format("scale {}: {}", look.maps.scale.text(),
                                    look.maps.scale.sentence(look.maps.signs_of(method)));
  if (look.overlay == OverlayKind::kAdditive)
    meaning += " · added as the reference program does, where a map hardly shows";
  return {look.colors_of(method), std::move(meaning), look.legend(method)};
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
