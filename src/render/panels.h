#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "episode/step.h"
#include "picture/draw.h"
#include "render/layout.h"
#include "render/look.h"
#include "render/step_words.h"
#include "render/text.h"
#include "render/value_range.h"

namespace arcadecam::render {

/// Writes one line into a box, cut with "…" where it is too long.
void write_line(picture::Image& frame, const picture::Box& box, const Font& font,
                std::string_view text, picture::Rgb color,
                picture::Align align = picture::Align::kLeft);

/// Writes one word after the other from the left of a box; a word that does not fit is left out.
class WordLine {
 public:
  WordLine(picture::Image& frame, const picture::Box& box, const Font& font)
      : frame_(frame), rest_(box), font_(font) {}
  void add(std::string_view text, picture::Rgb color);
  [[nodiscard]] const picture::Box& rest() const noexcept { return rest_; }

 private:
  picture::Image& frame_;
  picture::Box rest_;
  const Font& font_;
};

/// What the panels know of the episode so far.
struct ValueHistory {
  /// Decisions that the plot shows: 12 seconds of the game at four frames per decision.
  static constexpr std::size_t kLength = 180;

  std::deque<float> largest;  ///< the largest action value of the latest steps
  ValueRange range;           ///< all action values of the episode
  std::int64_t next = 0;      ///< the step that goes on with the plot; another begins a new one

  void add(const episode::Step& step);
};

/// What a panel is drawn from, and onto.
struct PanelInput {
  picture::Image& frame;
  const Font& font;
  const Look& look;
  const episode::RunInfo& info;
  const episode::Step& step;
  const std::vector<ShownMap>& maps;
  const ValueHistory& history;
};

/// The action of the largest value beside `action`, or −1.
int runner_up(const std::vector<float>& values, int action);

// Each draws one kind of panel, its title included.
void draw_actions(const PanelInput& input, const FrameLayout::Panel& panel);
void draw_distributions(const PanelInput& input, const FrameLayout::Panel& panel);
void draw_history(const PanelInput& input, const FrameLayout::Panel& panel);
void draw_colors(const PanelInput& input, const FrameLayout::Panel& panel);

}  // namespace arcadecam::render
