#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "picture/color_map.h"
#include "render/figure.h"
#include "render/look.h"

namespace arcadecam::render {

/// One field of a grid.
struct GridCell {
  std::function<void(Figure&, const picture::Box&)> paint;
  std::string caption;  ///< below it
  std::string alarm;    ///< written over it, so that nobody takes it for something to look at
};

/// A cell that shows a picture.
GridCell picture_cell(picture::Image image, std::string caption = {}, std::string alarm = {});

struct GridRow {
  std::string label;  ///< above its cells, in as many lines as it needs
  std::vector<GridCell> cells;
  std::int64_t lines = 0;  ///< of its cells at scale 1; 0: as many as those of pictures
};

/// A colour bar at the bottom and what its ends mean.
struct GridBar {
  picture::ColorMap colors;
  std::string meaning;
  picture::Image legend{};  ///< the colours as they look in the pictures; empty: as they are

  [[nodiscard]] picture::Image strip() const {
    return legend.size().width > 0 ? legend : color_strip(colors);
  }
};

/// A table of pictures for people and print: columns (states) with two lines of head, rows
/// (methods) with a label. Many rows are wrapped to blocks side by side, each with the heads and
/// the first row again, so that the whole keeps a page's proportions; rows side by side are equally
/// high. With a single column the heads join the title, the first row is one of many, and rows
/// follow each other from left to right, as one reads.
struct Grid {
  std::string title;                                ///< one line above all
  std::vector<std::array<std::string, 2>> columns;  ///< heads
  GridRow first;              ///< at the top of every block; without cells: none
  std::vector<GridRow> rows;  ///< each with as many cells as there are columns
  std::vector<GridBar> bars;
  std::vector<std::string> remarks;      ///< lines at the bottom
  Theme theme = render::theme("light");  ///< for paper
};

/// Lines of a cell at scale 1 (4:3) for a grid of so many; the more, the smaller.
std::int64_t cell_lines(std::size_t cells);

/// Throws Error for a row whose cells are not as many as the columns, and for a grid of none.
Figure draw_grid(const Grid& grid);

}  // namespace arcadecam::render
