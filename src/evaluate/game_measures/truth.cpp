// Whether a map shows what an agent uses, for agents of which that is known because they were wired
// by hand (planted/planted.h).
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "evaluate/game_context.h"
#include "evaluate/measures.h"
#include "game/editor.h"
#include "measure/localisation.h"
#include "measure/statistics.h"
#include "planted/planted.h"

namespace arcadecam::evaluate {
namespace {

using measure::Direction, measure::Finding, measure::Mask, measure::Scorer, measure::Statistic,
    measure::Subject;

/// What is smaller is rounding.
constexpr double kNoChange = 1e-6;

/// What a state's pixels are to an agent.
struct TruthOfState {
  Mask used, unused;  ///< drawn pixels of objects whose removal changes a value, or none
  std::map<std::string, Mask, std::less<>> drawn;  ///< of every object that can be removed
};

/// Another planted agent of the same game, and what tells it from the game's own agent.
struct Twin {
  const planted::Variant* variant;
  std::shared_ptr<const nn::Graph> network;
};

/// Area under the receiver operating characteristic of the map's pixels: how often a pixel inside
/// is stronger than one outside; ties count half. NaN where one side is empty.
double area_under_curve(std::span<const float> map, const Mask& inside) {
  const auto positives = static_cast<double>(measure::area(inside));
  const double negatives = static_cast<double>(map.size()) - positives;
  if (positives == 0 || negatives == 0) return std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> ranks = measure::ranks(std::vector<double>(map.begin(), map.end()));
  double sum = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) sum += inside[i] ? ranks[i] : 0;
  return (sum - positives * (positives + 1) / 2) / (positives * negatives);
}

/// The observation with an object's own boxes, and a pixel around them, as they were drawn again.
/// Elsewhere the frame may have gone on otherwise: a ball does not bounce off a paddle that is not
/// there.
ByteTensor within_boxes(const ByteTensor& before, const ByteTensor& redrawn,
                        const explain::Object& object) {
  ByteTensor mixed = before;
  const Shape& shape = before.shape();
  const auto height = static_cast<int>(shape[1]), width = static_cast<int>(shape[2]);
  for (std::size_t plane = 0; plane < object.boxes.size(); ++plane) {
    const PixelBox& box = object.boxes[plane];
    if (box.empty()) continue;
    const PixelBox near = intersection({box.left - 1, box.top - 1, box.width + 2, box.height + 2},
                                       {0, 0, width, height});
    for (int y = near.top; y < near.top + near.height; ++y) {
      for (int x = near.left; x < near.left + near.width; ++x) {
        const std::size_t at =
            (plane * static_cast<std::size_t>(height) + static_cast<std::size_t>(y)) *
                static_cast<std::size_t>(width) +
            static_cast<std::size_t>(x);
        mixed.values()[at] = redrawn.values()[at];
      }
    }
  }
  return mixed;
}

bool is_zero(std::span<const float> map) {
  return std::ranges::all_of(map, [](float value) { return value == 0; });
}

class TruthScorer final : public Scorer {
 public:
  void score(measure::Context& context, const Subject& subject,
             std::vector<Finding>& found) override {
    GameContext& game = GameContext::of(context);
    if (!agent_) look_at(game.agent());
    if (!*agent_ || is_zero(subject.map())) return;
    auto [at, fresh] = truths_.try_emplace(subject.state.index);
    if (fresh) at->second = truth_of(game, subject);
    const TruthOfState& truth = at->second;
    if (measure::area(truth.used) == 0) return;  // the state cannot be drawn again

    const std::span<const float> map = subject.map();
    found.push_back({"auc", area_under_curve(map, truth.used)});
    const auto tell = [&](const std::string& name, const Mask& mask) {
      const double mass = measure::mass_inside(map, mask);
      const double share =
          static_cast<double>(measure::area(mask)) / static_cast<double>(map.size());
      found.push_back({name, mass});
      found.push_back({name + ".over-chance", mass / share});
    };
    tell("used", truth.used);
    if (measure::area(truth.unused) > 0) tell("unused", truth.unused);
    compare_twins(context, subject, truth, found);
  }

 private:
  /// Finds out which planted agent it is, and who its twins are.
  void look_at(const agent::Agent& agent) {
    agent_.emplace();
    if (agent.randomized || agent.checkpoint.convention != "planted") return;
    *agent_ = planted::find_planted(agent.checkpoint.file.string());
    if (!*agent_) return;
    const planted::PlantedGame& game = *(*agent_)->game;
    const auto variants = game.variants();
    for (const planted::Variant& variant : variants) {
      if (&variant == (*agent_)->variant) continue;
      // A twin is compared with the game's own agent alone.
      if (!is_own() && &variant != &variants.front()) continue;
      twins_.push_back({&variant, std::make_shared<const nn::Graph>(game.build(variant))});
    }
  }
  [[nodiscard]] bool is_own() const {
    return (*agent_)->variant == &(*agent_)->game->variants().front();
  }

  /// Takes every object away by itself. Empty masks where the state cannot be drawn again.
  TruthOfState truth_of(GameContext& context, const Subject& subject) {
    TruthOfState truth;
    const measure::State& state = subject.state;
    const agent::Agent& agent = context.agent();
    const std::size_t plane = subject.map().size();
    truth.used.assign(plane, false);
    truth.unused.assign(plane, false);
    const game::Snapshot* snapshot = context.snapshot(state);
    if (!snapshot) return truth;
    if (!editor_) editor_.emplace(agent.game, agent.protocol);
    game::Environment& environment = context.environment();
    environment.restore(*snapshot);
    std::vector<std::string> names;
    std::vector<ByteTensor> observations;
    for (const game::PossibleEdit& edit : editor_->possible(environment)) {
      const auto object = std::ranges::find(state.objects, edit.object, &explain::Object::name);
      if (edit.change != game::Change::kRemove || object == state.objects.end()) continue;
      game::Redrawn redrawn = editor_->show(environment, game::remove(edit.object));
      if (redrawn.planes < agent.protocol.stack) return truth;
      names.push_back(edit.object);
      observations.push_back(within_boxes(state.observation, redrawn.observation, *object));
    }
    context.forward(
        subject, std::ssize(observations),
        [&](std::int64_t index, std::span<float> values) {
          std::ranges::copy(observations[static_cast<std::size_t>(index)].values(), values.begin());
        },
        [&](std::int64_t index, const measure::Scores& scores) {
          const auto i = static_cast<std::size_t>(index);
          const Mask drawn = changed_pixels(state.observation, observations[i], plane);
          double most = 0;
          for (std::size_t action = 0; action < scores.values.size(); ++action)
            most = std::max(most, std::abs(static_cast<double>(scores.values[action]) -
                                           static_cast<double>(subject.values[action])));
          Mask& kind = most > kNoChange ? truth.used : truth.unused;
          add(kind, drawn);
          truth.drawn.emplace(names[i], drawn);
        });
    const PixelBox& pixels = (*agent_)->variant->pixels;
    add(truth.used, boxed(pixels, subject.attribution.map.shape()));
    for (std::size_t i = 0; i < plane; ++i) truth.unused[i] = truth.unused[i] && !truth.used[i];
    return truth;
  }

  /// Of the planes that the agent looks at.
  [[nodiscard]] Mask changed_pixels(const ByteTensor& before, const ByteTensor& after,
                                    std::size_t plane) const {
    Mask changed(plane, false);
    const auto one = before.values(), other = after.values();
    const std::size_t first = one.size() - (*agent_)->game->planes * plane;
    for (std::size_t i = first; i < one.size(); ++i)
      if (one[i] != other[i]) changed[(i - first) % plane] = true;
    return changed;
  }
  static void add(Mask& mask, const Mask& other) {
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = mask[i] || other[i];
  }
  static Mask boxed(const PixelBox& box, const Shape& plane) {
    Mask mask(static_cast<std::size_t>(plane.count()), false);
    measure::add_boxes({"", {box}}, measure::Planes::kAll, 0, plane, mask);
    return mask;
  }

  /// Whether the twin's map has more on the twin's shortcut than the own agent's map of the same
  /// state.
  void compare_twins(measure::Context& context, const Subject& subject, const TruthOfState& truth,
                     std::vector<Finding>& found) {
    double told = 0;
    int compared = 0;
    for (const Twin& twin : twins_) {
      const planted::Variant& shortcut = is_own() ? *twin.variant : *(*agent_)->variant;
      Mask mask;
      if (shortcut.shortcut.empty()) {
        mask = boxed(shortcut.pixels, subject.attribution.map.shape());
      } else if (const auto at = truth.drawn.find(shortcut.shortcut); at != truth.drawn.end()) {
        mask = at->second;
      }
      if (mask.empty() || measure::area(mask) == 0) continue;
      const explain::Attribution& other = context.explain_on(subject, twin.network);
      const double mine = measure::mass_inside(subject.map(), mask);
      // A map of nothing has no share on anything.
      const double theirs =
          is_zero(other.map.values()) ? 0 : measure::mass_inside(other.map.values(), mask);
      const double more = is_own() ? theirs - mine : mine - theirs;
      const double one = more > kNoChange ? 1 : more < -kNoChange ? 0 : 0.5;
      found.push_back({"told-apart", one, std::numeric_limits<double>::quiet_NaN(),
                       std::string(shortcut.name)});
      told += one;
      ++compared;
    }
    if (compared > 0) found.push_back({"told-apart", told / compared});
  }

  /// Nothing before it was looked at; in it nothing where the agent is not a planted one.
  std::optional<std::optional<planted::Planted>> agent_;
  std::vector<Twin> twins_;
  std::optional<game::Editor> editor_;
  std::map<std::int64_t, TruthOfState> truths_;  ///< by the state's index
};

std::span<const Statistic> truth_statistics() {
  constexpr auto kMore = Direction::kHigher, kLess = Direction::kLower;
  static constexpr std::array<Statistic, 6> kStatistics{{
      {"auc", "how often a pixel of a used object is stronger than another pixel", kMore, "share"},
      {"used", "share of the map on objects that the agent uses", kMore, "share"},
      {"used.over-chance", "share of the map on them ÷ share of the picture", kMore,
       "times chance"},
      {"unused", "share of the map on objects that the agent does not use", kLess, "share"},
      {"unused.over-chance", "share of the map on them ÷ share of the picture", kLess,
       "times chance"},
      {"told-apart",
       "how often the map of a twin with a shortcut has more on the shortcut than the map of the "
       "agent without",
       kMore, "share"},
  }};
  return kStatistics;
}

}  // namespace

extern constinit const measure::Measure truth_entry{
    "truth",
    "whether the map shows what a planted agent is known to use",
    "after Adebayo et al. 2020, arXiv:2011.05429, and Arras et al. 2022 (ground truth)",
    truth_statistics,
    [] { return std::span<const explain::Param>(); },
    {.passes = true, .explanations = true, .game = true},
    [](const explain::Params& /*params*/) -> std::unique_ptr<Scorer> {
      return std::make_unique<TruthScorer>();
    }};

}  // namespace arcadecam::evaluate
