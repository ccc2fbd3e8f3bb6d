#include "render/frame_composer.h"

#include <algorithm>

#include "arcadecam/core/error.h"
#include "render/number_words.h"

namespace arcadecam::render {

FrameComposer::FrameComposer(episode::RunInfo info, FrameLayout layout, Look look)
    : info_(std::move(info)),
      layout_(std::move(layout)),
      look_(std::move(look)),
      scaler_(look_.maps),
      font_(layout_.text_pixels),
      header_font_(layout_.header_pixels),
      background_(background()) {}

picture::Image FrameComposer::background() const {
  picture::Image frame(layout_.frame);
  fill(frame, {0, 0, layout_.frame.height, layout_.frame.width}, look_.theme.background);
  std::string what = run_words(info_);
  if (info_.methods.size() == 1) what += " · " + info_.methods[0].text();
  write_line(frame, layout_.header, header_font_, what, look_.theme.text);
  return frame;
}

const std::vector<ShownMap>& FrameComposer::take(const episode::Step& step) {
  if (step.attributions.size() != info_.methods.size()) {
    throw bad_input("a step with {} maps in a video of {} methods", step.attributions.size(),
                    info_.methods.size());
  }
  history_.add(step);
  return scaler_.scale(step);
}

void FrameComposer::skip(const episode::Step& step) {
  take(step);
}

void FrameComposer::compose(const episode::Step& step, picture::Image& frame) {
  const std::vector<ShownMap>& maps = take(step);
  if (frame.size() != layout_.frame) frame = picture::Image(layout_.frame);
  std::ranges::copy(std::as_const(background_).pixels().values(), frame.pixels().data());
  draw_header(frame, step);
  const picture::Image screen(ByteTensor(step.screen.shape(), step.screen.values()));
  const PanelInput input{frame, font_, look_, info_, step, maps, history_};
  for (const FrameLayout::Panel& panel : layout_.panels) draw(input, panel, screen);
}

void FrameComposer::draw_header(picture::Image& frame, const episode::Step& step) const {
  write_line(frame, layout_.counts, header_font_,
             fmt::format("episode {} · step {} · score {}", step.episode, step.index,
                         number_words(step.score)),
             look_.theme.text, picture::Align::kRight);
  if (!step.decision.greedy) {
    fill(frame, layout_.mark, look_.theme.alarm);
    write_line(frame, layout_.mark, header_font_, not_greedy_words(info_), look_.theme.alarm_text,
               picture::Align::kCentre);
  }
}

std::string FrameComposer::map_title(const PanelInput& input, std::size_t method) const {
  const episode::Step& step = input.step;
  std::string text = info_.methods[method].text();
  if (step.explained_action != step.decision.action && !has_own_target(info_.methods[method]))
    text += " for " + action_name(info_, step.explained_action);
  if (info_.target != "chosen" && !has_own_target(info_.methods[method]))
    text += ", " + info_.target;
  if (look_.overlay == OverlayKind::kAdditive) text += ", added";
  if (input.maps[method].nothing) text += ": nothing (the map is zero)";
  return text;
}

void FrameComposer::draw(const PanelInput& input, const FrameLayout::Panel& panel,
                         const picture::Image& screen) const {
  const auto& [kind, method, title, box] = panel;
  const auto show = [&, &title = title, &box = box](std::string_view name,
                                                    const picture::Image& picture) {
    write_line(input.frame, title, font_, name, look_.theme.quiet);
    paste(input.frame, picture, box.top, box.left);
  };
  switch (kind) {
    case PanelKind::kScreen:
      return show("Game", picture::resize_nearest(screen, box.size()));
    case PanelKind::kOverlay:
      return show(
          map_title(input, method),
          look_.overlaid(screen, input.step.seen, input.maps[method].values, method, box.size()));
    case PanelKind::kObservation:
      return show("Observation, newest plane",
                  picture::resize_nearest(
                      newest_plane(input.step.observation, input.step.newest_planes), box.size()));
    case PanelKind::kObservationOverlay:
      return show(
          map_title(input, method),
          look_.overlaid_observation(input.step, input.maps[method].values, method, box.size()));
    case PanelKind::kMap:
      return show(info_.methods.size() == 1 ? "Map" : map_title(input, method),
                  picture::resize_nearest(
                      colored(input.maps[method].values, look_.colors_of(method)), box.size()));
    case PanelKind::kActions:
      return draw_actions(input, panel);
    case PanelKind::kDistributions:
      return draw_distributions(input, panel);
    case PanelKind::kHistory:
      return draw_history(input, panel);
    case PanelKind::kColors:
      return draw_colors(input, panel);
  }
}

}  // namespace arcadecam::render
