#include "render/frame_composer.h"

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"

namespace arcadecam::render {
namespace {

constexpr Rgb kBackground{16, 18, 24}, kPanel{34, 38, 48}, kText{236, 238, 242};
constexpr Rgb kQuiet{168, 174, 186}, kChosen{255, 176, 32}, kRunnerUp{86, 180, 233};
constexpr Rgb kBar{104, 112, 128}, kAlarm{214, 40, 40};

/// Steps that the plot shows: 12 seconds of the game.
constexpr std::size_t kHistory = 180;

/// A map as a picture of its colours.
Image colored(TensorView map, const ColorMap& colors) {
  Image image(Size{map.shape()[0], map.shape()[1]});
  std::uint8_t* pixel = image.pixels().data();
  for (const float value : map.values()) pixel = std::copy_n(colors(value).data(), 3, pixel);
  return image;
}

/// The index of the largest value beside `action`, or −1.
int runner_up(const std::vector<float>& values, int action) {
  int best = -1;
  for (int a = 0; a < std::ssize(values); ++a) {
    if (a == action) continue;
    if (best < 0 || values[static_cast<std::size_t>(a)] > values[static_cast<std::size_t>(best)])
      best = a;
  }
  return best;
}

}  // namespace

FrameComposer::FrameComposer(episode::RunInfo info, std::int64_t height,
                             const ScreenOverlayStyle& style)
    : info_(std::move(info)),
      layout_(make_layout(height, info_.methods.size())),
      style_(style),
      font_(layout_.text_pixels),
      header_font_(layout_.header_pixels),
      background_(background()) {}

void FrameComposer::write(Image& frame, const Box& box, const Font& font, std::string_view text,
                          Rgb color, Align align) const {
  // A letter's edge may reach a pixel beyond where the pen stops.
  constexpr std::int64_t kEdge = 1;
  const std::int64_t room = box.width - 2 * kEdge;
  const std::string line = font.fit(text, room);
  const std::int64_t rest = room - font.width(line);
  const std::int64_t shift = align == Align::kLeft ? 0 : align == Align::kRight ? rest : rest / 2;
  font.draw(frame, box.top + (box.height - font.line_height()) / 2, box.left + kEdge + shift, line,
            color);
}

Image FrameComposer::background() const {
  Image frame(layout_.frame);
  fill(frame, {0, 0, layout_.frame.height, layout_.frame.width}, kBackground);
  std::string what = info_.game.title;
  what += " · agent " + info_.agent;
  if (info_.methods.size() == 1) what += " · " + info_.methods[0].text();
  write(frame, layout_.header, header_font_, what, kText);
  write(frame, layout_.screen.title, font_, "Game", kQuiet);
  if (!layout_.heat.picture.empty()) write(frame, layout_.heat.title, font_, "Map", kQuiet);
  write(frame, layout_.history.title, font_, "Largest action value", kQuiet);
  if (!layout_.colors.picture.empty()) draw_color_bar(frame);
  return frame;
}

void FrameComposer::draw_color_bar(Image& frame) const {
  const Box& box = layout_.colors.picture;
  const bool upright = box.height > box.width;
  write(frame, layout_.colors.title, font_, upright ? "Scale" : "Scale: each frame's own 0 … 1",
        kQuiet);
  const std::int64_t line = font_.line_height() + 2;
  const Box bar = upright ? Box{box.top + line, box.left, box.height - 3 * line, box.width / 3}
                          : Box{box.top, box.left, box.height - line, box.width};
  const std::int64_t length = upright ? bar.height : bar.width;
  for (std::int64_t i = 0; i < length; ++i) {
    const float value = (static_cast<float>(i) + 0.5F) / static_cast<float>(length);
    const Box part = upright ? Box{bar.bottom() - 1 - i, bar.left, 1, bar.width}
                             : Box{bar.top, bar.left + i, bar.height, 1};
    fill(frame, part, style_.colors(value));
  }
  if (upright) {
    write(frame, {box.top, box.left, line, box.width}, font_, "1 most", kText);
    write(frame, {bar.bottom(), box.left, line, box.width}, font_, "0 least", kText);
    write(frame, {bar.bottom() + line, box.left, line, box.width}, font_, "per frame", kQuiet);
  } else {
    const Box labels{bar.bottom(), box.left, line, box.width};
    write(frame, labels, font_, "0 least", kText);
    write(frame, labels, font_, "1 most", kText, Align::kRight);
  }
}

std::string FrameComposer::action_name(int action) const {
  const auto index = static_cast<std::size_t>(action);
  if (index >= info_.actions.size()) return fmt::format("action {}", action);
  return std::string(game::kActionNames[static_cast<std::size_t>(info_.actions[index])]);
}

void FrameComposer::remember(const episode::Step& step) {
  if (step.values.empty()) return;
  const auto [low, high] = std::ranges::minmax(step.values);
  if (step.index == 0 || history_.empty()) {
    history_.clear();
    lowest_ = low;
    highest_ = high;
  }
  lowest_ = std::min(lowest_, low);
  highest_ = std::max(highest_, high);
  history_.push_back(high);
  if (history_.size() > kHistory) history_.pop_front();
}

void FrameComposer::compose(const episode::Step& step, Image& frame) {
  if (step.attributions.size() != layout_.maps.size()) {
    throw bad_input("a step with {} maps in a video of {} methods", step.attributions.size(),
                    layout_.maps.size());
  }
  remember(step);
  if (frame.size() != layout_.frame) frame = Image(layout_.frame);
  std::ranges::copy(std::as_const(background_).pixels().values(), frame.pixels().data());
  draw_header(frame, step);
  draw_maps(frame, step);
  draw_actions(frame, step);
  draw_history(frame);
}

void FrameComposer::draw_header(Image& frame, const episode::Step& step) const {
  write(frame, layout_.counts, header_font_,
        fmt::format("episode {} · step {} · score {:g}", step.episode, step.index, step.score),
        kText, Align::kRight);
  if (!step.decision.greedy) {
    fill(frame, layout_.mark, kAlarm);
    write(frame, layout_.mark, header_font_, "random action", kText, Align::kCentre);
  }
}

void FrameComposer::draw_maps(Image& frame, const episode::Step& step) const {
  const Image screen(ByteTensor(step.screen.shape(), step.screen.values()));
  const Box& alone = layout_.screen.picture;
  paste(frame, resize_nearest(screen, alone.size()), alone.top, alone.left);
  for (std::size_t m = 0; m < layout_.maps.size(); ++m) {
    const auto& [title, box] = layout_.maps[m];
    const explain::Attribution& attribution = *step.attributions[m];
    std::string text = info_.methods[m].text();
    if (step.explained_action != step.decision.action)
      text += " for " + action_name(step.explained_action);
    if (attribution.says_nothing()) text += ": nothing (the map is zero)";
    write(frame, title, font_, text, kQuiet);
    paste(frame, screen_overlay(screen, attribution.map.view(), style_, box.size()), box.top,
          box.left);
  }
  if (const Box& box = layout_.heat.picture; !box.empty()) {
    const Image map = colored(step.attributions[0]->map.view(), style_.colors);
    paste(frame, resize_nearest(map, box.size()), box.top, box.left);
  }
}

void FrameComposer::draw_actions(Image& frame, const episode::Step& step) const {
  const auto& [title, box] = layout_.actions;
  const auto count = std::ssize(step.values);
  if (count == 0) return;
  // Two columns where one would make the lines lower than their text.
  const std::int64_t columns = box.height / count >= font_.line_height() + 1 ? 1 : 2;
  const std::int64_t rows = (count + columns - 1) / columns;
  const std::int64_t gap = columns > 1 ? font_.line_height() / 2 : 0;
  const std::int64_t wide = (box.width - gap * (columns - 1)) / columns;
  const std::int64_t tall = std::min(box.height / rows, 2 * font_.line_height());
  const std::int64_t number_wide = font_.width("-0000.00");
  std::int64_t name_wide = 0;
  for (int a = 0; a < count; ++a) name_wide = std::max(name_wide, font_.width(action_name(a)));
  name_wide = std::min(name_wide + font_.width("   "), wide - number_wide);
  const int other = runner_up(step.values, step.decision.action);

  Box part{title.top, title.left, title.height, title.width};
  const auto legend = [&](std::string_view text, Rgb color) {
    write(frame, part, font_, text, color);
    const std::int64_t used = font_.width(text) + font_.width("  ");
    part.left += used;
    part.width = std::max<std::int64_t>(part.width - used, 0);
  };
  legend("Action values", kQuiet);
  legend("chosen", kChosen);
  legend("runner-up", kRunnerUp);
  // The bars do not start at zero, so the picture says where they do.
  if (const auto range = fmt::format("bars {:.2f} … {:.2f}", lowest_, highest_);
      font_.width(range) + 2 <= part.width)
    write(frame, part, font_, range, kQuiet, Align::kRight);

  const float range = std::max(highest_ - lowest_, 1e-6F);
  for (int a = 0; a < count; ++a) {
    const float value = step.values[static_cast<std::size_t>(a)];
    const Rgb color = a == step.decision.action ? kChosen : a == other ? kRunnerUp : kText;
    const Box row{box.top + a % rows * tall, box.left + a / rows * (wide + gap), tall, wide};
    write(frame, {row.top, row.left, tall, name_wide}, font_, action_name(a), color);
    const Box track{row.top + tall / 6, row.left + name_wide, tall - tall / 3,
                    wide - name_wide - number_wide};
    if (!track.empty()) {
      fill(frame, track, kPanel);
      const float share = std::clamp((value - lowest_) / range, 0.0F, 1.0F);
      const auto length =
          std::max<std::int64_t>(std::lround(share * static_cast<float>(track.width)), 1);
      fill(frame, {track.top, track.left, track.height, length}, color == kText ? kBar : color);
    }
    write(frame, {row.top, row.right() - number_wide, tall, number_wide}, font_,
          fmt::format("{:.2f}", value), color, Align::kRight);
  }
}

void FrameComposer::draw_history(Image& frame) const {
  const Box& box = layout_.history.picture;
  fill(frame, box, kPanel);
  if (history_.empty()) return;
  const std::int64_t line = font_.line_height() + 2;
  const Box plot{box.top + line, box.left, box.height - 2 * line, box.width};
  const auto [low, high] = std::ranges::minmax(history_);
  const float range = std::max(high - low, 1e-6F);
  const Box inner{box.top, box.left + 4, box.height, box.width - 8};
  write(frame, {inner.top, inner.left, line, inner.width}, font_, fmt::format("{:.2f}", high),
        kQuiet);
  write(frame, {box.bottom() - line, inner.left, line, inner.width}, font_,
        fmt::format("{:.2f}", low), kQuiet);
  write(frame, {box.bottom() - line, inner.left, line, inner.width}, font_,
        fmt::format("now {:.2f}", history_.back()), kText, Align::kRight);
  const std::int64_t thick = std::max<std::int64_t>(box.height / 60, 2);
  const auto height_of = [&](std::size_t i) {
    const float share = high > low ? (history_[i] - low) / range : 0.5F;
    return plot.top + std::lround((1.0F - share) * static_cast<float>(plot.height - thick));
  };
  // The newest step is at the right edge; columns between two steps join them.
  std::int64_t before = height_of(0);
  for (std::int64_t column = 0; column < plot.width; ++column) {
    const auto back = static_cast<std::size_t>((plot.width - 1 - column) *
                                               static_cast<std::int64_t>(kHistory) / plot.width);
    if (back >= history_.size()) continue;
    const std::int64_t now = height_of(history_.size() - 1 - back);
    fill(frame, {std::min(before, now), plot.left + column, std::abs(now - before) + thick, 1},
         kChosen);
    before = now;
  }
}

}  // namespace arcadecam::render
