#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "picture/draw.h"

namespace arcadecam::render {

/// What a panel of the video shows.
enum class PanelKind {
  kScreen,              ///< the game alone
  kOverlay,             ///< a method's map on the screen; one per method
  kObservation,         ///< the newest plane that the network sees
  kObservationOverlay,  ///< a method's map on that; one per method
  kMap,                 ///< a method's map alone; one per method
  kActions,             ///< action values as bars
  kDistributions,       ///< the returns' distribution of every action (C51)
  kHistory,             ///< the largest value over time
  kColors,              ///< colour bar and scale
};

/// Rows of panels, as the user names them.
using LayoutSpec = std::vector<std::vector<PanelKind>>;

/// "auto" (an empty specification) or names of panels, those of a row separated by commas, rows by
/// slashes: "screen,overlay/actions,history". Throws Error (usage) listing the names for others.
LayoutSpec parse_layout(std::string_view text);
/// The names that parse_layout() knows, separated by commas.
std::string panel_names();

/// Where everything lies in a frame of the video. Boxes do not overlap and lie inside the frame;
/// all have room for a line of text of their own where they hold one.
struct FrameLayout {
  /// A picture with its title above.
  struct Panel {
    PanelKind kind;
    std::size_t method;  ///< of RunInfo, where the kind is of a method
    picture::Box title, picture;
  };

  picture::Size frame;
  int text_pixels = 0;                ///< of all text but the header's
  int header_pixels = 0;              ///< of the header's text
  picture::Box header, mark, counts;  ///< what runs; "random action"; episode, step, score
  std::vector<Panel> panels;

  /// The first panel of a kind; throws Error when there is none.
  [[nodiscard]] const Panel& panel(PanelKind kind, std::size_t method = 0) const;
};

/// A 16:9 frame of the given height, both extents even. Automatically for one method: screen and
/// overlay side by side at 4:3, below them the map, action values (distributions, where the network
/// has them) and the value over time; for two the same in two rows; for more (or none): a grid of
/// the screen and an overlay per method, at its right the rest. Every row of a specification gets
/// as much room as its pictures can use. Throws Error (usage) for a height outside 240 … 2160 and
/// for what does not fit.
FrameLayout make_layout(std::int64_t height, std::size_t methods, bool distributions = false,
                        const LayoutSpec& spec = {}, std::int64_t actions = 18);

/// A small frame for clips: the screen and an overlay a method, each line of a 210-line screen
/// once, without the tables.
FrameLayout make_clip_layout(std::size_t methods);

}  // namespace arcadecam::render
