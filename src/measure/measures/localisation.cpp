// How much of a map lies on the game's objects, by kind.
#include "measure/localisation.h"

#include <algorithm>
#include <array>
#include <deque>

#include "measure/measure.h"

namespace arcadecam::measure {
namespace {

/// The kinds that object tables know; "things" are all but the displays.
constexpr std::array<std::string_view, 15> kKinds{
    "things", "ball",  "player", "enemy",    "alien",   "ghost",  "car",    "bricks",
    "score",  "lives", "diver",  "building", "flipper", "shield", "missile"};
constexpr std::array<std::string_view, 2> kPlanes{"all", "newest"};

bool belongs(const explain::Object& object, std::string_view kind) {
  if (kind == "things") return object.kind != "score" && object.kind != "lives";
  return object.kind == kind;
}

class LocalisationScorer final : public Scorer {
 public:
  explicit LocalisationScorer(const explain::Params& params)
      : radius_(static_cast<int>(params.integer("radius", 0, 40))),
        planes_(params.choice("planes", kPlanes) == 0 ? Planes::kAll : Planes::kNewest) {}

  void score(Context& /*context*/, const Subject& subject, std::vector<Finding>& found) override {
    const std::span<const float> map = subject.map();
    if (std::ranges::all_of(map, [](float value) { return value == 0; })) return;
    const Shape& shape = subject.attribution.map.shape();
    for (const std::string_view kind : kKinds) {
      Mask mask(map.size(), false);
      for (const explain::Object& object : subject.state.objects) {
        if (belongs(object, kind)) add_boxes(object, planes_, radius_, shape, mask);
      }
      const std::int64_t inside = area(mask);
      if (inside == 0) continue;
      const double share = static_cast<double>(inside) / static_cast<double>(map.size());
      const double mass = mass_inside(map, mask);
      const std::string name(kind);
      found.push_back({name + ".mass", mass});
      found.push_back({name + ".over-chance", mass / share});
      found.push_back({name + ".rank", rank_inside(map, mask)});
      found.push_back({name + ".pointing", points_inside(map, mask) ? 1.0 : 0.0});
    }
  }

 private:
  int radius_;
  Planes planes_;
};

std::span<const Statistic> localisation_statistics() {
  // Statistics view their texts.
  static const std::deque<std::string> kTexts = [] {
    std::deque<std::string> texts;
    for (const std::string_view view : kKinds) {
      const std::string kind(view), on = kind == "things" ? "everything but displays" : kind;
      for (const std::string& text :
           {kind + ".mass", "share of the map on " + on, kind + ".over-chance",
            "share of the map on " + on + " ÷ share of the picture", kind + ".rank",
            "share of the strongest pixels on " + on, kind + ".pointing",
            "the strongest pixel is on " + on})
        texts.push_back(text);
    }
    return texts;
  }();
  static const std::vector<Statistic> kStatistics = [] {
    std::vector<Statistic> statistics;
    for (std::size_t i = 0; i < kTexts.size(); i += 2) {
      const bool display = kTexts[i].starts_with("score") || kTexts[i].starts_with("lives");
      // Nobody has to look at the score to play.
      const Direction direction = display ? Direction::kLower : Direction::kHigher;
      statistics.push_back({kTexts[i], kTexts[i + 1], direction,
                            kTexts[i].ends_with(".over-chance") ? "times chance" : "share"});
    }
    return statistics;
  }();
  return kStatistics;
}

std::span<const explain::Param> localisation_params() {
  static constexpr std::array<explain::Param, 2> kParams{
      {{"radius", "2", "pixels of the plane by which objects' boxes are grown on each side"},
       {"planes", "all",
        "all: where objects are on any of the stacked planes; newest: on the last one"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure localisation_entry{
    "localisation",
    "how much of the map is on the game's objects",
    "Arras et al. 2022 (mass, rank); Zhang et al. 2018 (pointing game)",
    localisation_statistics,
    localisation_params,
    {},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<LocalisationScorer>(params);
    }};

}  // namespace arcadecam::measure
