#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "episode/step.h"
#include "render/layout.h"
#include "render/overlay.h"
#include "render/text.h"

namespace arcadecam::render {

/// Makes one picture of a step: the game's screen, the maps on it, what the agent thinks its
/// actions are worth. Remembers the episode's earlier values for the plot and the bars' range.
class FrameComposer {
 public:
  /// Throws Error (usage) for a height or a number of methods that make_layout() refuses.
  FrameComposer(episode::RunInfo info, std::int64_t height, const ScreenOverlayStyle& style);

  [[nodiscard]] const Layout& layout() const noexcept { return layout_; }
  /// The next step of the run, drawn over whatever `frame` held (its memory is used again).
  void compose(const episode::Step& step, Image& frame);

 private:
  enum class Align { kLeft, kRight, kCentre };
  void write(Image& frame, const Box& box, const Font& font, std::string_view text, Rgb color,
             Align align = Align::kLeft) const;
  [[nodiscard]] Image background() const;
  void remember(const episode::Step& step);
  void draw_header(Image& frame, const episode::Step& step) const;
  void draw_maps(Image& frame, const episode::Step& step) const;
  void draw_color_bar(Image& frame) const;
  void draw_actions(Image& frame, const episode::Step& step) const;
  void draw_history(Image& frame) const;
  [[nodiscard]] std::string action_name(int action) const;

  episode::RunInfo info_;
  Layout layout_;
  ScreenOverlayStyle style_;
  Font font_, header_font_;
  Image background_;                ///< what no step changes
  std::deque<float> history_;       ///< the largest action value of the latest steps
  float lowest_ = 0, highest_ = 0;  ///< of all action values of the episode so far
};

}  // namespace arcadecam::render
