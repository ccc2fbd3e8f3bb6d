#include "render/grid.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <memory>
#include <utility>

#include "arcadecam/core/error.h"
#include "render/text.h"
#include "render/text_lines.h"

namespace arcadecam::render {
namespace {

/// Width to height that many rows are wrapped to, between a page's and a screen's, once they are
/// taller than an upright page.
constexpr double kProportion = 1.25, kPage = 0.6;

class GridMaker {
 public:
  /// `across`: rows fill the blocks line by line instead of one block after the other.
  GridMaker(const Grid& grid, bool across)
      : grid_(grid), across_(across), tall_(lines_of_cells(grid)) {
    const auto columns = static_cast<std::int64_t>(grid.columns.size());
    const auto has_captions = [](const GridRow& row) {
      return std::ranges::any_of(row.cells, [](const GridCell& c) { return !c.caption.empty(); });
    };
    const bool captions = has_captions(grid.first) || std::ranges::any_of(grid.rows, has_captions);
    around_ = (captions ? line_ : 0) + gap_;
    block_wide_ = columns * (wide_ + gap_) - gap_;
    for (const auto& heads : grid.columns) {
      for (std::size_t i = 0; i < heads.size(); ++i) {
        const std::int64_t lines = heads[i].empty() ? 0 : std::ssize(wrapped(heads[i], wide_));
        head_lines_[i] = std::max(head_lines_[i], lines);
      }
    }
    const std::int64_t lines = head_lines_[0] + head_lines_[1];
    heads_only_ = lines * line_ + (lines > 0 ? gap_ : 0);
    heads_tall_ = heads_only_ + (grid.first.cells.empty() ? 0 : height_of(grid.first));
    for (const GridRow& row : grid.rows) label_lines_.push_back(lines_of_label(row));
    choose_blocks();
    lines_ = lines_for(blocks_, rows_a_block_);
  }

  Figure make() {
    const std::int64_t foot = block_top(blocks_) + heads_tall_ + rows_tall(lines_);
    Figure figure({foot + foot_lines() * line_ + margin_, width(blocks_)}, grid_.theme.background);
    std::int64_t top = margin_;
    for (const std::string& line : title_lines(blocks_)) {
      figure.text({top, margin_, line_, width(blocks_) - 2 * margin_}, text_ + 2, line,
                  grid_.theme.text);
      top += line_;
    }
    for (std::int64_t block = 0; block < blocks_; ++block)
      draw_block(figure, margin_ + block * (block_wide_ + block_gap_));
    draw_rows(figure);
    draw_foot(figure, foot);
    return figure;
  }

 private:
  /// Checks the grid; lines of a picture.
  static std::int64_t lines_of_cells(const Grid& grid) {
    const auto columns = static_cast<std::int64_t>(grid.columns.size());
    const auto rows = static_cast<std::int64_t>(grid.rows.size());
    const bool has_first = !grid.first.cells.empty();
    if (columns == 0 || rows + (has_first ? 1 : 0) == 0)
      throw bad_input("a grid of {} columns and {} rows shows nothing", columns, rows);
    const auto check = [&](const GridRow& row) {
      if (std::ssize(row.cells) != columns)
        throw bad_input("a grid's row '{}' of {} cells under {} columns", row.label,
                        row.cells.size(), columns);
    };
    if (has_first) check(grid.first);
    std::ranges::for_each(grid.rows, check);
    return cell_lines(static_cast<std::size_t>((rows + 1) * columns));
  }

  [[nodiscard]] std::int64_t tall_of(const GridRow& row) const {
    return row.lines > 0 ? row.lines : tall_;
  }
  [[nodiscard]] std::int64_t lines_of_label(const GridRow& row) const {
    return std::ssize(wrapped(row.label, block_wide_));
  }
  [[nodiscard]] std::int64_t height_of(const GridRow& row) const {
    return lines_of_label(row) * line_ + tall_of(row) + around_;
  }

  /// Rows side by side, one of each block.
  struct Line {
    std::int64_t labels = 0, tall = 0;  ///< lines of the longest label; lines of the tallest cells
  };

  /// Where the blocks' rows stand: the line of row i is place(i) of its block.
  [[nodiscard]] std::int64_t place(std::int64_t row, std::int64_t blocks, std::int64_t high) const {
    return across_ ? row / blocks : row % high;
  }
  [[nodiscard]] std::int64_t block_of(std::int64_t row) const {
    return across_ ? row % blocks_ : row / rows_a_block_;
  }

  [[nodiscard]] std::vector<Line> lines_for(std::int64_t blocks, std::int64_t high) const {
    std::vector<Line> lines(static_cast<std::size_t>(high));
    for (std::size_t i = 0; i < label_lines_.size(); ++i) {
      Line& line =
          lines[static_cast<std::size_t>(place(static_cast<std::int64_t>(i), blocks, high))];
      line.labels = std::max(line.labels, label_lines_[i]);
      line.tall = std::max(line.tall, tall_of(grid_.rows[i]));
    }
    return lines;
  }

  [[nodiscard]] std::int64_t height_of(const Line& line) const {
    return line.labels * line_ + line.tall + around_;
  }

  [[nodiscard]] std::int64_t rows_tall(const std::vector<Line>& lines) const {
    std::int64_t tall = 0;
    for (const Line& line : lines) tall += height_of(line);
    return tall;
  }

  void choose_blocks() {
    const auto rows = static_cast<std::int64_t>(label_lines_.size());
    double best = 1e9;
    for (std::int64_t blocks = 1; blocks <= std::max<std::int64_t>(rows, 1); ++blocks) {
      const std::int64_t high = std::max<std::int64_t>((rows + blocks - 1) / blocks, 0);
      if (high > 0 && (rows + high - 1) / high != blocks) continue;  // the last would be empty
      const auto wide = static_cast<double>(blocks * (block_wide_ + block_gap_));
      const auto tall =
          static_cast<double>(block_top(blocks) + heads_tall_ + rows_tall(lines_for(blocks, high)));
      const bool fits_a_page = blocks == 1 && wide / tall >= kPage;
      const double off = fits_a_page ? 0 : std::abs(std::log(wide / tall / kProportion));
      if (off >= best) continue;
      best = off;
      blocks_ = blocks;
      rows_a_block_ = high;
    }
  }

  [[nodiscard]] std::int64_t width(std::int64_t blocks) const {
    return 2 * margin_ + blocks * (block_wide_ + block_gap_) - block_gap_;
  }
  [[nodiscard]] std::vector<std::string> title_lines(std::int64_t blocks) const {
    if (grid_.title.empty()) return {};
    return wrap_text(title_font_, grid_.title, width(blocks) - 2 * margin_);
  }
  [[nodiscard]] std::int64_t block_top(std::int64_t blocks) const {
    const std::int64_t lines = std::ssize(title_lines(blocks));
    return margin_ + lines * line_ + (lines > 0 ? gap_ : 0);
  }

  void draw_block(Figure& figure, std::int64_t left) const {
    const std::int64_t heads_top = block_top(blocks_);
    for (std::size_t c = 0; c < grid_.columns.size(); ++c) {
      const std::int64_t at = left + static_cast<std::int64_t>(c) * (wide_ + gap_);
      for (std::size_t i = 0; i < 2; ++i) {
        std::int64_t line_top = heads_top + (i == 0 ? 0 : head_lines_[0] * line_);
        for (const std::string& line : wrapped(grid_.columns[c][i], wide_)) {
          figure.text({line_top, at, line_, wide_}, text_, line,
                      i == 0 ? grid_.theme.text : grid_.theme.quiet);
          line_top += line_;
        }
      }
    }
    if (!grid_.first.cells.empty()) {
      draw_row(figure, grid_.first, lines_of_label(grid_.first), heads_top + heads_only_, left);
    }
  }

  /// In their order, as one reads an SVG's texts too.
  void draw_rows(Figure& figure) const {
    std::vector<std::int64_t> tops;
    std::int64_t top = block_top(blocks_) + heads_tall_;
    for (const Line& line : lines_) {
      tops.push_back(top);
      top += height_of(line);
    }
    for (std::int64_t i = 0; i < std::ssize(grid_.rows); ++i) {
      const auto at = static_cast<std::size_t>(place(i, blocks_, rows_a_block_));
      draw_row(figure, grid_.rows[static_cast<std::size_t>(i)], lines_[at].labels, tops[at],
               margin_ + block_of(i) * (block_wide_ + block_gap_));
    }
  }

  /// `labels`: lines kept for the label, which stands right above the cells.
  void draw_row(Figure& figure, const GridRow& row, std::int64_t labels, std::int64_t top,
                std::int64_t left) const {
    top += (labels - lines_of_label(row)) * line_;
    for (const std::string& line : wrapped(row.label, block_wide_)) {
      figure.text({top, left, line_, block_wide_}, text_, line, grid_.theme.text);
      top += line_;
    }
    for (const GridCell& cell : row.cells) {
      const picture::Box box{top, left, tall_of(row), wide_};
      cell.paint(figure, box);
      if (!cell.alarm.empty()) {
        const picture::Box bar{box.top + (box.height - line_) / 2, left, line_, wide_};
        figure.fill(bar, grid_.theme.background);
        figure.text(bar, text_, cell.alarm, grid_.theme.alarm, picture::Align::kCentre);
      }
      figure.text({box.bottom(), left, line_, wide_}, text_, cell.caption, grid_.theme.quiet);
      left += wide_ + gap_;
    }
  }

  [[nodiscard]] std::int64_t bar_wide() const { return std::min(wide_, width(blocks_) / 3); }

  [[nodiscard]] std::vector<std::string> wrapped(const std::string& text, std::int64_t room) const {
    return wrap_text(font_, text, room);
  }

  [[nodiscard]] std::vector<std::string> lines_of(const GridBar& bar) const {
    return wrapped(bar.meaning, width(blocks_) - 2 * margin_ - bar_wide() - gap_);
  }

  [[nodiscard]] std::vector<std::string> remark_lines() const {
    std::vector<std::string> lines;
    for (const std::string& remark : grid_.remarks)
      std::ranges::move(wrapped(remark, width(blocks_) - 2 * margin_), std::back_inserter(lines));
    return lines;
  }

  [[nodiscard]] std::int64_t foot_lines() const {
    std::int64_t lines = std::ssize(remark_lines());
    for (const GridBar& bar : grid_.bars) lines += std::ssize(lines_of(bar));
    return lines;
  }

  void draw_foot(Figure& figure, std::int64_t top) const {
    const std::int64_t room = width(blocks_) - 2 * margin_;
    for (const GridBar& bar : grid_.bars) {
      figure.picture({top + 4, margin_, line_ - 8, bar_wide()}, bar.strip());
      for (const std::string& line : lines_of(bar)) {
        const std::int64_t shift = bar_wide() + gap_;
        figure.text({top, margin_ + shift, line_, room - shift}, text_, line, grid_.theme.text);
        top += line_;
      }
    }
    for (const std::string& line : remark_lines()) {
      figure.text({top, margin_, line_, room}, text_, line, grid_.theme.quiet);
      top += line_;
    }
  }

  static constexpr std::int64_t gap_ = 8, block_gap_ = 28, margin_ = 16;
  const Grid& grid_;
  bool across_;
  std::int64_t tall_, wide_ = tall_ * 4 / 3;
  int text_ = static_cast<int>(std::clamp<std::int64_t>(tall_ / 10, 17, 20));
  Font font_{text_}, title_font_{text_ + 2};
  std::int64_t line_ = font_.line_height() + 4, around_ = 0, block_wide_ = 0;
  std::array<std::int64_t, 2> head_lines_{};
  std::int64_t heads_only_ = 0, heads_tall_ = 0;  ///< without the first row; with it
  std::int64_t blocks_ = 1, rows_a_block_ = 0;
  std::vector<std::int64_t> label_lines_;  ///< of every row's label
  std::vector<Line> lines_;
};

}  // namespace

GridCell picture_cell(picture::Image image, std::string caption, std::string alarm) {
  // Copied only if the grid is.
  auto shared = std::make_shared<const picture::Image>(std::move(image));
  return {[shared](Figure& figure, const picture::Box& box) { figure.picture(box, *shared); },
          std::move(caption), std::move(alarm)};
}

std::int64_t cell_lines(std::size_t cells) {
  constexpr std::size_t kFew = 16, kMany = 64;
  return cells <= kFew ? 240 : cells <= kMany ? 168 : 126;
}

Figure draw_grid(const Grid& grid) {
  if (grid.columns.size() != 1 || grid.first.cells.empty()) return GridMaker(grid, false).make();
  // With one column nothing needs to be said or shown twice: its rows fill the blocks one by one.
  Grid strip = grid;
  for (std::string& head : strip.columns[0]) {
    if (!head.empty()) strip.title += (strip.title.empty() ? "" : " · ") + head;
    head.clear();
  }
  strip.rows.insert(strip.rows.begin(), std::move(strip.first));
  strip.first = {};
  return GridMaker(strip, true).make();
}

}  // namespace arcadecam::render
