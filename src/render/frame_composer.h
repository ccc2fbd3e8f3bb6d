#pragma once

#include "episode/step.h"
#include "render/layout.h"
#include "render/look.h"
#include "render/panels.h"
#include "render/text.h"

namespace arcadecam::render {

/// Makes one picture of a step: the game's screen, the maps on it, what the agent thinks its
/// actions are worth. Remembers the episode's earlier values and map ranges.
class FrameComposer {
 public:
  FrameComposer(episode::RunInfo info, FrameLayout layout, Look look);

  [[nodiscard]] const FrameLayout& layout() const noexcept { return layout_; }
  /// Takes the next step of the run without drawing it.
  void skip(const episode::Step& step);
  /// The next step of the run, drawn over whatever `frame` held (its memory is used again).
  void compose(const episode::Step& step, picture::Image& frame);

 private:
  const std::vector<ShownMap>& take(const episode::Step& step);
  [[nodiscard]] picture::Image background() const;
  void draw_header(picture::Image& frame, const episode::Step& step) const;
  void draw(const PanelInput& input, const FrameLayout::Panel& panel,
            const picture::Image& screen) const;
  [[nodiscard]] std::string map_title(const PanelInput& input, std::size_t method) const;

  episode::RunInfo info_;
  FrameLayout layout_;
  Look look_;
  MapScaler scaler_;
  Font font_, header_font_;
  picture::Image background_;  ///< what no step changes
  ValueHistory history_;
};

}  // namespace arcadecam::render
