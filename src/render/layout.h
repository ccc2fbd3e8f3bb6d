#pragma once

#include <cstdint>
#include <vector>

#include "render/draw.h"

namespace arcadecam::render {

/// Where everything lies in a frame of the video. Boxes do not overlap and lie inside the frame;
/// all have room for a line of text of their own where they hold one.
struct Layout {
  /// A picture with its title above.
  struct Picture {
    Box title, picture;
  };

  Size frame;
  int text_pixels = 0;        ///< of all text but the header's
  int header_pixels = 0;      ///< of the header's text
  Box header, mark, counts;   ///< what runs; "random action"; episode, step, score
  Picture screen;             ///< the game alone
  std::vector<Picture> maps;  ///< the overlays, one a method
  Picture heat;               ///< the map alone; empty with several methods
  Picture colors;             ///< the colour bar
  Picture actions, history;   ///< action values; value over time

  /// The pictures whose boxes are not empty.
  [[nodiscard]] std::vector<Picture> pictures() const;
};

/// One method: screen and overlay side by side at 4:3, below them the map, action values and the
/// value over time. Several (or none): a grid of the screen and an overlay a method, at its right
/// the rest. The frame is 16:9, both extents even. Throws Error (usage) for a height outside
/// 240 … 2160.
Layout make_layout(std::int64_t height, std::size_t methods);

}  // namespace arcadecam::render
