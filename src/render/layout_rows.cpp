#include "render/layout_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "arcadecam/core/error.h"

namespace arcadecam::render {
namespace {

struct Kind {
  std::string_view name;
  PanelKind kind;
  bool per_method;
  std::int64_t least_width;  ///< at 720 lines; 0: a picture of 4:3
};

constexpr std::array<Kind, 9> kKinds{
    {{"screen", PanelKind::kScreen, false, 0},
     {"overlay", PanelKind::kOverlay, true, 0},
     {"observation", PanelKind::kObservation, false, 0},
     {"observation-overlay", PanelKind::kObservationOverlay, true, 0},
     {"map", PanelKind::kMap, true, 0},
     {"actions", PanelKind::kActions, false, 300},
     {"distributions", PanelKind::kDistributions, false, 300},
     {"history", PanelKind::kHistory, false, 220},
     {"colors", PanelKind::kColors, false, 110}}};

const Kind& kind_of(PanelKind kind) {
  return *std::ranges::find_if(kKinds, [&](const Kind& k) { return k.kind == kind; });
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

struct Row {
  std::vector<RowGrid::Content> contents;
  std::int64_t pictures = 0, least = 0;  ///< how many; the least width of the others
  std::int64_t weight = 1, most = 0, tall = 0;
};

/// Shares `room` among the rows by weight, none above its `most`.
void share_height(std::vector<Row>& rows, std::int64_t room) {
  std::vector<Row*> open;
  for (Row& row : rows) open.push_back(&row);
  while (!open.empty()) {
    std::int64_t weights = 0;
    for (const Row* row : open) weights += row->weight;
    const auto full = std::ranges::find_if(
        open, [&](const Row* row) { return row->most <= room * row->weight / weights; });
    if (full == open.end()) {
      for (Row* row : open) row->tall = room * row->weight / weights;
      return;
    }
    (*full)->tall = (*full)->most;
    room -= (*full)->tall;
    open.erase(full);
  }
}

}  // namespace

std::string panel_names() {
  std::string names;
  for (const Kind& kind : kKinds)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", kind.name);
  return names;
}

LayoutSpec parse_layout(std::string_view text) {
  if (text == "auto") return {};
  LayoutSpec spec;
  for (const std::string_view row : split(text, '/')) {
    std::vector<PanelKind>& kinds = spec.emplace_back();
    for (const std::string_view name : split(row, ',')) {
      const auto* const found =
          std::ranges::find_if(kKinds, [&](const Kind& kind) { return kind.name == name; });
      if (found == kKinds.end()) {
        throw bad_usage(
            "layout '{}': there is no panel '{}'; expected auto, or rows separated by '/' of these "
            "separated by ',': {}",
            text, name, panel_names());
      }
      kinds.push_back(found->kind);
    }
  }
  return spec;
}

FrameLayout::Panel RowGrid::panel(const Content& content, const picture::Box& box) const {
  return {content.kind,
          content.method,
          {box.top, box.left, title(), box.width},
          {box.top + title(), box.left, box.height, box.width}};
}

std::vector<FrameLayout::Panel> RowGrid::rows(const LayoutSpec& spec, std::size_t methods) const {
  const std::int64_t width = frame().width - 2 * gap(), between = scaled(8);
  std::vector<Row> rows;
  for (const std::vector<PanelKind>& kinds : spec) {
    Row& row = rows.emplace_back();
    for (const PanelKind kind : kinds) {
      const Kind& properties = kind_of(kind);
      const std::size_t count = properties.per_method ? methods : 1;
      for (std::size_t m = 0; m < count; ++m) {
        row.contents.push_back({kind, m});
        row.pictures += properties.least_width == 0 ? 1 : 0;
        row.least += scaled(properties.least_width);
      }
      if (kind == PanelKind::kScreen || kind == PanelKind::kOverlay) row.weight = 2;
    }
    const std::int64_t free = width - (std::ssize(row.contents) - 1) * gap() - row.least;
    row.most = free < 0           ? 0
               : row.pictures > 0 ? free * 3 / 4 / row.pictures
                                  : std::numeric_limits<std::int32_t>::max();
  }
  std::erase_if(rows, [](const Row& row) { return row.contents.empty(); });
  if (rows.empty()) throw bad_usage("the layout shows nothing: its panels need a method");
  const std::int64_t lines = std::ssize(rows);
  share_height(rows, bottom() - top() - lines * title() - (lines - 1) * between);

  std::vector<FrameLayout::Panel> panels;
  std::int64_t down = top();
  for (const Row& row : rows) {
    constexpr std::int64_t kLeastTall = 70;
    if (row.tall < scaled(kLeastTall)) {
      throw bad_usage(
          "the layout does not fit: a row of {} panels among {} rows would be too low to be read; "
          "name fewer panels a row, fewer rows or fewer methods",
          row.contents.size(), rows.size());
    }
    const std::int64_t wide = row.tall * 4 / 3;
    std::int64_t spare = width - (std::ssize(row.contents) - 1) * gap() - row.pictures * wide;
    // Pictures alone stand in the middle.
    std::int64_t left = gap() + (row.least == 0 ? spare / 2 : 0), least = row.least;
    for (const Content& content : row.contents) {
      const std::int64_t own = scaled(kind_of(content.kind).least_width);
      const std::int64_t extent = own == 0 ? wide : spare * own / least;
      panels.push_back(panel(content, {down, left, row.tall, extent}));
      if (own > 0) {
        spare -= extent;
        least -= own;
      }
      left += extent + gap();
    }
    down += title() + row.tall + between;
  }
  return panels;
}

}  // namespace arcadecam::render
