// Whether what a map marks matters: objects are taken out of the game's own picture, and what that
// does to the action values is compared with the map's mass on them.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "evaluate/game_context.h"
#include "evaluate/measures.h"
#include "game/editor.h"
#include "measure/localisation.h"
#include "measure/statistics.h"

namespace arcadecam::evaluate {
namespace {

using measure::Direction, measure::Finding, measure::Scorer, measure::Statistic, measure::Subject;

/// What taking one object away does to one state's action values.
struct Removal {
  const explain::Object* object;
  std::vector<float> values;
};

double advantage(std::span<const float> values, int action) {
  const double mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  return values[static_cast<std::size_t>(action)] - mean;
}

class CausalScorer final : public Scorer {
 public:
  explicit CausalScorer(const explain::Params& params)
      : radius_(static_cast<int>(params.integer("radius", 0, 40))),
        most_(static_cast<std::size_t>(params.integer("objects", 3, 100))) {}

  void score(measure::Context& context, const Subject& subject,
             std::vector<Finding>& found) override {
    const std::span<const float> map = subject.map();
    if (std::ranges::all_of(map, [](float value) { return value == 0; })) return;
    // The same whatever the method: drawn once.
    auto [at, fresh] = removals_.try_emplace(subject.state.index);
    if (fresh) at->second = removed(GameContext::of(context), subject);
    const std::vector<Removal>& removals = at->second;
    if (removals.size() < 3) return;

    const auto action = static_cast<std::size_t>(subject.action);
    std::vector<double> masses, strengths, values, advantages;
    for (const Removal& removal : removals) {
      measure::Mask mask(map.size(), false);
      measure::add_boxes(*removal.object, measure::Planes::kAll, radius_,
                         subject.attribution.map.shape(), mask);
      const auto pixels = static_cast<double>(measure::area(mask));
      masses.push_back(measure::mass_inside(map, mask));
      strengths.push_back(masses.back() / pixels);
      const double value =
          static_cast<double>(removal.values[action]) - static_cast<double>(subject.values[action]);
      const double over_mean =
          advantage(removal.values, subject.action) - advantage(subject.values, subject.action);
      values.push_back(std::abs(value));
      advantages.push_back(std::abs(over_mean));
      const auto tell = [&](const char* what, double number) {
        found.push_back(
            {what, number, std::numeric_limits<double>::quiet_NaN(), removal.object->name});
      };
      tell("mass", masses.back());
      tell("area", pixels / static_cast<double>(map.size()));
      tell("value-change", value);
      tell("advantage-change", over_mean);
    }
    found.push_back({"value", measure::spearman(masses, values)});
    found.push_back({"advantage", measure::spearman(masses, advantages)});
    found.push_back({"value-per-area", measure::spearman(strengths, values)});
    found.push_back({"advantage-per-area", measure::spearman(strengths, advantages)});
    const auto most = std::ranges::max_element(masses) - masses.begin();
    const double all = std::accumulate(advantages.begin(), advantages.end(), 0.0);
    if (all > 0) found.push_back({"strongest", advantages[static_cast<std::size_t>(most)] / all});
  }

 private:
  [[nodiscard]] std::vector<Removal> removed(GameContext& context, const Subject& subject) {
    std::vector<Removal> removals;
    const measure::State& state = subject.state;
    const agent::Agent& agent = context.agent();
    const game::Snapshot* snapshot = context.snapshot(state);
    if (!snapshot || state.objects.empty()) return removals;
    if (!editor_) editor_.emplace(agent.game, agent.protocol);
    game::Environment& environment = context.environment();
    environment.restore(*snapshot);
    std::vector<ByteTensor> observations;
    for (const auto& [object, change] : chosen(state, editor_->possible(environment))) {
      game::Redrawn redrawn = editor_->show(environment, {object->name, change});
      if (redrawn.planes < agent.protocol.stack) return {};
      observations.push_back(std::move(redrawn.observation));
      removals.push_back({object, {}});
    }
    context.forward(
        subject, std::ssize(observations),
        [&](std::int64_t index, std::span<float> values) {
          std::ranges::copy(observations[static_cast<std::size_t>(index)].values(), values.begin());
        },
        [&](std::int64_t index, const measure::Scores& scores) {
          removals[static_cast<std::size_t>(index)].values.assign(scores.values.begin(),
                                                                  scores.values.end());
        });
    return removals;
  }

  struct Choice {
    const explain::Object* object;
    game::Change change;
  };
  /// The objects that can be taken away from the newest frame, or displays that can show something
  /// else; at most so many, evenly from all of them.
  [[nodiscard]] std::vector<Choice> chosen(const measure::State& state,
                                           const std::vector<game::PossibleEdit>& possible) const {
    std::vector<Choice> all, some;
    for (const explain::Object& object : state.objects) {
      if (object.boxes.back().empty()) continue;
      const auto at = std::ranges::find_if(possible, [&](const game::PossibleEdit& edit) {
        return edit.object == object.name &&
               (edit.change == game::Change::kRemove || edit.change == game::Change::kRewrite);
      });
      if (at != possible.end()) all.push_back({&object, at->change});
    }
    const std::size_t count = std::min(most_, all.size());
    for (std::size_t i = 0; i < count; ++i) some.push_back(all[i * all.size() / count]);
    return some;
  }

  int radius_;
  std::size_t most_;
  std::optional<game::Editor> editor_;
  std::map<std::int64_t, std::vector<Removal>> removals_;  ///< by the state's index
};

std::span<const Statistic> causal_statistics() {
  static constexpr std::array<Statistic, 5> kStatistics{{
      {"value",
       "rank correlation of an object's share of the map with what its removal does to the "
       "action's value",
       Direction::kHigher, ""},
      {"advantage", "the same with what it does to the value over the mean of all actions",
       Direction::kHigher, ""},
      {"value-per-area", "value, with the map's mean on the object instead of its share",
       Direction::kHigher, ""},
      {"advantage-per-area", "advantage, with the map's mean on the object instead of its share",
       Direction::kHigher, ""},
      {"strongest",
       "share of all such changes that the removal of the map's strongest object makes",
       Direction::kHigher, "share"},
  }};
  return kStatistics;
}

std::span<const explain::Param> causal_params() {
  static constexpr std::array<explain::Param, 2> kParams{
      {{"radius", "2", "pixels of the plane by which objects' boxes are grown on each side"},
       {"objects", "16", "objects of a state at most, evenly from all of them"}}};
  return kParams;
}

}  // namespace

extern constinit const measure::Measure causal_entry{
    "causal",
    "whether the objects that the map marks are those whose removal changes the action values",
    "after Atrey et al. 2020, arXiv:1912.05743",
    causal_statistics,
    causal_params,
    {.passes = true, .game = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<CausalScorer>(params);
    }};

}  // namespace arcadecam::evaluate
