#include "render/layout.h"

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "render/layout_rows.h"

namespace arcadecam::render {
namespace {

class LayoutMaker {
 public:
  LayoutMaker(std::int64_t height, std::size_t methods, bool distributions, std::int64_t actions)
      : grid_(height), methods_(methods), actions_(actions) {
    values_ = distributions ? PanelKind::kDistributions : PanelKind::kActions;
    layout_.frame = grid_.frame();
    layout_.text_pixels = static_cast<int>(scaled(16));
    layout_.header_pixels = static_cast<int>(scaled(21));
    gap_ = grid_.gap();
    title_ = grid_.title();
    const std::int64_t width = layout_.frame.width, line = scaled(32);
    layout_.header = {scaled(8), gap_, line, width * 50 / 100 - gap_};
    layout_.mark = {scaled(8), width * 51 / 100, line, width * 17 / 100};
    layout_.counts = {scaled(8), width * 69 / 100, line, width - gap_ - width * 69 / 100};
  }

  FrameLayout make(const LayoutSpec& spec) {
    if (!spec.empty()) {
      layout_.panels = grid_.rows(spec, methods_);
    } else if (methods_ == 1) {
      one_method();
    } else if (methods_ == 2) {
      two_methods();
    } else {
      cells();
    }
    return layout_;
  }

 private:
  [[nodiscard]] std::int64_t scaled(std::int64_t pixels) const { return grid_.scaled(pixels); }

  /// Adds a panel with its title above and returns its picture.
  picture::Box add(PanelKind kind, std::int64_t top, std::int64_t left, std::int64_t height,
                   std::int64_t width, std::size_t method = 0) {
    layout_.panels.push_back(grid_.panel({kind, method}, {top, left, height, width}));
    return layout_.panels.back().picture;
  }

  void one_method() {
    const std::int64_t top = grid_.top(), tall = scaled(420), wide = tall * 4 / 3;
    std::int64_t left = gap_;
    add(PanelKind::kScreen, top, left, tall, wide);
    add(PanelKind::kOverlay, top, left += wide + gap_, tall, wide);
    left += wide + gap_;
    add(PanelKind::kColors, top, left, tall, layout_.frame.width - gap_ - left);

    const std::int64_t below = top + title_ + tall + scaled(8);
    const std::int64_t low = grid_.bottom() - below - title_, heat = low * 4 / 3;
    add(PanelKind::kMap, below, gap_, low, heat);
    const std::int64_t history = scaled(300), right = layout_.frame.width - gap_ - history;
    add(PanelKind::kHistory, below, right, low, history);
    left = gap_ + heat + gap_;
    add(values_, below, left, low, right - gap_ - left);
  }

  void two_methods() {
    const std::int64_t top = grid_.top(), between = scaled(8), colors = scaled(44);
    const std::int64_t wide = (layout_.frame.width - 4 * gap_) / 3, tall = wide * 3 / 4;
    add(PanelKind::kScreen, top, gap_, tall, wide);
    for (std::size_t m = 0; m < 2; ++m) {
      const auto column = static_cast<std::int64_t>(m) + 1;
      add(PanelKind::kOverlay, top, gap_ + column * (wide + gap_), tall, wide, m);
    }

    const std::int64_t below = top + title_ + tall + between;
    const std::int64_t room = grid_.bottom() - below - title_;
    const std::int64_t low = room - between - title_ - colors, heat = low * 4 / 3;
    add(PanelKind::kMap, below, gap_, low, heat, 0);
    add(PanelKind::kMap, below, gap_ + heat + gap_, low, heat, 1);
    add(PanelKind::kColors, below + title_ + low + between, gap_, colors, 2 * heat + gap_);
    const std::int64_t history = scaled(200), right = layout_.frame.width - gap_ - history;
    const std::int64_t left = gap_ + 2 * (heat + gap_);
    add(values_, below, left, room, right - gap_ - left);
    add(PanelKind::kHistory, below, right, room, history);
  }

  /// A grid of pictures, as large as they fit, and the rest in a column at its right, or where the
  /// grid has free cells at its end, in those.
  void cells() {
    const std::int64_t top = grid_.top(), between = scaled(8);
    const auto count = static_cast<std::int64_t>(methods_) + 1;
    const std::int64_t room_high = grid_.bottom() - top;
    std::int64_t best_tall = 0, best_columns = 1;
    bool in_free_cells = false;
    for (const std::int64_t side : {330, 290, 250}) {
      const std::int64_t room_wide = layout_.frame.width - scaled(side) - 3 * gap_;
      for (std::int64_t columns = 1; columns <= count; ++columns) {
        const std::int64_t rows = (count + columns - 1) / columns;
        const std::int64_t wide = (room_wide - (columns - 1) * gap_) / columns;
        const std::int64_t tall =
            std::min(wide * 3 / 4, (room_high - (rows - 1) * between) / rows - title_);
        if (tall > best_tall) {
          best_tall = tall;
          best_columns = columns;
        }
      }
    }
    for (std::int64_t columns = 2; columns < count; ++columns) {
      const std::int64_t rows = (count + columns - 1) / columns, free = rows * columns - count;
      const std::int64_t wide = (layout_.frame.width - (columns + 1) * gap_) / columns;
      const std::int64_t tall =
          std::min(wide * 3 / 4, (room_high - (rows - 1) * between) / rows - title_);
      if (free == 0 || tall <= best_tall || tall < scaled(kLeastTall)) continue;
      best_tall = tall;
      best_columns = columns;
      in_free_cells = true;
    }
    const std::int64_t wide = best_tall * 4 / 3;
    for (std::int64_t cell = 0; cell < count; ++cell) {
      const std::int64_t row = cell / best_columns, column = cell % best_columns;
      add(cell == 0 ? PanelKind::kScreen : PanelKind::kOverlay,
          top + row * (best_tall + title_ + between), gap_ + column * (wide + gap_), best_tall,
          wide, static_cast<std::size_t>(std::max<std::int64_t>(cell - 1, 0)));
    }
    if (in_free_cells) {
      const std::int64_t used = count % best_columns,
                         row_top = top + count / best_columns * (best_tall + title_ + between);
      const std::int64_t begin = gap_ + used * (wide + gap_);
      return add_rest(
          {row_top, begin, grid_.bottom() - row_top, layout_.frame.width - gap_ - begin});
    }
    const std::int64_t left = gap_ + best_columns * (wide + gap_);
    add_side(left, std::min(layout_.frame.width - gap_ - left, scaled(420)));
  }

  /// Values, their history and the colours in the free cells of a grid: in one column, or in two
  /// where there is room side by side.
  void add_rest(const picture::Box& box) {
    const std::int64_t between = scaled(8), colors = scaled(44), side = scaled(280);
    const std::int64_t foot = box.bottom() - title_ - colors;
    add(PanelKind::kColors, foot, box.left, colors, box.width);
    const std::int64_t room = foot - between - box.top;
    if (box.width >= 2 * side + gap_) {
      const std::int64_t half = (box.width - gap_) / 2;
      add(values_, box.top, box.left, room - title_, half);
      add(PanelKind::kHistory, box.top, box.left + half + gap_, room - title_, half);
      return;
    }
    const std::int64_t history = (room - between) * 2 / 5;
    add(values_, box.top, box.left, room - between - history - title_, box.width);
    add(PanelKind::kHistory, foot - between - history, box.left, history - title_, box.width);
  }

  /// The column at the right from top to bottom.
  void add_side(std::int64_t left, std::int64_t side) {
    constexpr std::int64_t kActionTall = 38, kMostTall = 370;
    const std::int64_t top = grid_.top(), between = scaled(8), colors = scaled(44);
    const std::int64_t actions =
        values_ == PanelKind::kActions ? std::min(kActionTall * actions_, kMostTall) : kMostTall;
    std::int64_t next = add(values_, top, left, scaled(actions), side).bottom() + between;
    // The plot takes what is left, but is no tower.
    const std::int64_t rest = grid_.bottom() - next - 2 * title_ - between - colors;
    next =
        add(PanelKind::kHistory, next, left, std::min(rest, scaled(240)), side).bottom() + between;
    if (methods_ > 0) add(PanelKind::kColors, next, left, colors, side);
  }

  /// The height of a free cell that values, history and colours fit into.
  static constexpr std::int64_t kLeastTall = 190;

  RowGrid grid_;
  std::size_t methods_;
  std::int64_t actions_;
  PanelKind values_;
  std::int64_t gap_ = 0, title_ = 0;
  FrameLayout layout_;
};

constexpr std::size_t kMostMethods = 24;

void check_methods(std::size_t methods) {
  if (methods > kMostMethods) {
    throw bad_usage("a video of {} methods: at most {} can be told apart", methods, kMostMethods);
  }
}

}  // namespace

const FrameLayout::Panel& FrameLayout::panel(PanelKind kind, std::size_t method) const {
  const auto found = std::ranges::find_if(
      panels, [&](const Panel& panel) { return panel.kind == kind && panel.method == method; });
  if (found == panels.end()) throw bad_input("the layout has no such panel");
  return *found;
}

FrameLayout make_layout(std::int64_t height, std::size_t methods, bool distributions,
                        const LayoutSpec& spec, std::int64_t actions) {
  constexpr std::int64_t kLowest = 240, kHighest = 2160;
  if (height < kLowest || height > kHighest || height % 2 != 0) {
    throw bad_usage("a video {} pixels high: expected an even number from {} to {}", height,
                    kLowest, kHighest);
  }
  check_methods(methods);
  return LayoutMaker(height, methods, distributions, actions).make(spec);
}

namespace {

/// Columns of a clip of so many pictures: as many as rows, or one more where that leaves fewer
/// places empty.
std::int64_t clip_columns(std::int64_t cells) {
  if (cells <= 3) return cells;
  const auto square = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(cells))));
  const auto empty = [&](std::int64_t columns) { return (columns - cells % columns) % columns; };
  return empty(square + 1) < empty(square) ? square + 1 : square;
}

}  // namespace

FrameLayout make_clip_layout(std::size_t methods) {
  check_methods(methods);
  constexpr std::int64_t kTall = 210, kWide = 280, kGap = 8, kTitle = 18, kHeader = 24;
  const auto cells = static_cast<std::int64_t>(methods) + 1;
  const std::int64_t columns = clip_columns(cells);
  const std::int64_t rows = (cells + columns - 1) / columns;
  FrameLayout layout;
  layout.frame = {kHeader + rows * (kTitle + kTall + kGap),
                  kGap + std::max<std::int64_t>(columns, 2) * (kWide + kGap)};
  layout.text_pixels = 12;
  layout.header_pixels = 13;
  const std::int64_t width = layout.frame.width, counts = 240, mark = 100;
  layout.counts = {2, width - kGap - counts, kHeader - 4, counts};
  layout.mark = {2, layout.counts.left - kGap - mark, kHeader - 4, mark};
  layout.header = {2, kGap, kHeader - 4, layout.mark.left - 2 * kGap};
  for (std::int64_t cell = 0; cell < cells; ++cell) {
    const picture::Box place{kHeader + cell / columns * (kTitle + kTall + kGap),
                             kGap + cell % columns * (kWide + kGap), kTitle, kWide};
    layout.panels.push_back({cell == 0 ? PanelKind::kScreen : PanelKind::kOverlay,
                             static_cast<std::size_t>(std::max<std::int64_t>(cell - 1, 0)),
                             place,
                             {place.bottom(), place.left, kTall, kWide}});
  }
  return layout;
}

}  // namespace arcadecam::render
