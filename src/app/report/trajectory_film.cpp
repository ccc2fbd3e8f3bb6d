#include "app/report/trajectory_film.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "arcadecam/core/error.h"
#include "arcadecam/nn/engine.h"
#include "core/parse_number.h"
#include "evaluate/game_context.h"
#include "picture/color_map.h"
#include "picture/overlay.h"
#include "render/data_uri.h"
#include "render/gif_writer.h"

namespace arcadecam::app {
namespace {

constexpr std::int64_t kEnlarged = 3;
constexpr int kFramesPerSecond = 4;

/// The units of each game's run with the most steps, by step.
std::map<std::string, std::vector<const sweep::PlannedUnit*>> longest_runs(
    const sweep::SweepPlan& plan, const std::map<std::string, std::string>& game_of) {
  std::map<std::string, std::map<std::string, std::map<std::int64_t, const sweep::PlannedUnit*>>>
      all;
  for (const sweep::PlannedUnit& unit : plan.units) {
    const auto step = parse_number<std::int64_t>(unit.step);
    const auto game = game_of.find(unit.id);
    if (step && game != game_of.end()) all[game->second][unit.run].emplace(*step, &unit);
  }
  std::map<std::string, std::vector<const sweep::PlannedUnit*>> longest;
  for (const auto& [game, runs] : all) {
    const auto& best = std::ranges::max_element(runs, {}, [](const auto& run) {
                         return run.second.size();
                       })->second;
    for (const auto& [step, unit] : best) longest[game].push_back(unit);
  }
  return longest;
}

ByteTensor state_after_steps(const agent::Agent& agent) {
  const measure::Question question;
  evaluate::GameContext context(agent, question);
  game::Environment& environment = context.environment();
  environment.reset(0, 0);
  for (int i = 0; i < kFilmedStep && !environment.over(); ++i) {
    const ByteTensor seen(environment.observation().shape(), environment.observation().values());
    environment.step(context.decide(seen, {}).action);
  }
  return {environment.observation().shape(), environment.observation().values()};
}

/// The newest plane of a state as a picture in grey.
picture::Image newest_plane(const ByteTensor& state, int planes) {
  const Shape& shape = state.shape();
  const std::int64_t pixels = shape[1] * shape[2];
  const auto values =
      state.values().subspan(static_cast<std::size_t>((shape[0] - planes) * pixels));
  picture::Image image(picture::Size{shape[1], shape[2]});
  for (std::int64_t i = 0; i < pixels; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto plane = static_cast<std::size_t>(planes == 3 ? pixels : 0);
    image.set(i / shape[2], i % shape[2], {values[at], values[at + plane], values[at + 2 * plane]});
  }
  return picture::dimmed_grey(image);
}

class Filming {
 public:
  Filming(const std::string& method, const std::filesystem::path& file)
      : method_(explain::parse_methods(method).front()), file_(file) {}

  std::pair<std::string, std::string> frame(const agent::Agent& agent, const ByteTensor& state) {
    if (agent.graph->shape(0) != state.shape()) {
      throw bad_input("{}: the state is {}, and the network takes {}", agent.name,
                      to_string(state.shape()), to_string(agent.graph->shape(0)));
    }
    const measure::Question question;
    evaluate::GameContext context(agent, question);
    context.use(method_);
    measure::State one;
    one.observation = state;
    one.action = context.decide(state, {}).action;
    const picture::Image plane = newest_plane(state, agent.protocol.pixels.planes());
    std::string uri;
    const std::array<const measure::State*, 1> states{&one};
    context.explain_states(states, [&](const measure::Subject& subject) {
      const picture::ScreenOverlayStyle style{
          .colors = picture::color_map("turbo"), .max_opacity = 0.85, .part = {}};
      const picture::Size size{kEnlarged * plane.size().height, kEnlarged * plane.size().width};
      const picture::Image drawn =
          picture::screen_overlay(plane, subject.attribution.map.view(), style, size);
      uri = render::png_data_uri(drawn);
      if (!gif_) {
        gif_.emplace(
            file_, drawn.size(),
            render::GifOptions{kFramesPerSecond, 1, "ArcadeCAM: one state through training"});
      }
      gif_->write(drawn);
    });
    return {std::string(agent::action_names(agent)[static_cast<std::size_t>(one.action)]), uri};
  }
  void finish() {
    if (gif_) gif_->finish();
  }

 private:
  explain::MethodSpec method_;
  std::filesystem::path file_;
  std::optional<render::GifWriter> gif_;
};

}  // namespace

std::vector<TrajectoryFilm> trajectory_films(const sweep::SweepPlan& plan,
                                             const std::map<std::string, std::string>& game_of,
                                             const std::string& method, const ByteTensor& state,
                                             const std::filesystem::path& folder,
                                             const LoadUnit& load,
                                             const std::function<bool()>& go_on) {
  std::vector<TrajectoryFilm> films;
  for (const auto& [game, units] : longest_runs(plan, game_of)) {
    TrajectoryFilm film{game, units.front()->run, method, {}};
    Filming filming(method, folder / fmt::format("film-{}.gif", game));
    ByteTensor shown(state);
    if (shown.empty()) shown = state_after_steps(load(*units.back()));
    for (const sweep::PlannedUnit* unit : units) {
      if (!go_on()) return films;
      auto [action, uri] = filming.frame(load(*unit), shown);
      film.frames.push_back(
          {parse_number<std::int64_t>(unit->step).value_or(0), std::move(action), std::move(uri)});
    }
    filming.finish();
    films.push_back(std::move(film));
  }
  return films;
}

}  // namespace arcadecam::app
