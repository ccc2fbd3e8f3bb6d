#include "app/step_sentence.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "episode/explained_objects.h"
#include "measure/localisation.h"
#include "render/panels.h"
#include "render/step_words.h"

namespace arcadecam::app {
namespace {

/// As the measure `localisation` has it.
constexpr int kRadius = 2;

std::string choice_words(const episode::RunInfo& info, const episode::Step& step) {
  const int action = step.decision.action, other = render::runner_up(step.values, action);
  const std::string name = render::action_name(info, action);
  if (other < 0) return name;
  const auto by = [&](double difference) {
    return fmt::format("{:.2g}{}", difference,
                       info.is_policy() ? fmt::format(" ({})", info.output_word()) : "");
  };
  const double margin = step.margin();
  if (margin >= 0)
    return fmt::format("{} over {} by {}", name, render::action_name(info, other), by(margin));
  return fmt::format("{} ({}), though {} is better by {}", name, render::not_greedy_words(info),
                     render::action_name(info, other), by(-margin));
}

/// "bricks (41 % of the map, 12 % of the picture)"; empty where no object is known, or no map.
std::string place_words(const episode::Step& step, const explain::Attribution& attribution) {
  if (step.objects.empty() || attribution.says_nothing()) return {};
  const Shape& plane = attribution.map.shape();
  const std::span<const float> map = attribution.map.values();
  const measure::Mask none(map.size(), false);
  std::map<std::string, measure::Mask> kinds;
  measure::Mask any = none;
  for (const explain::Object& object : episode::explained_objects(step.objects)) {
    measure::Mask& mask = kinds.try_emplace(object.kind, none).first->second;
    for (measure::Mask* each : {&mask, &any})
      measure::add_boxes(object, measure::Planes::kAll, kRadius, plane, *each);
  }
  const auto percent = [](double share) { return fmt::format("{:.0f} %", 100 * share); };
  const auto mass = [&](const auto& kind) { return measure::mass_inside(map, kind.second); };
  const auto best = std::ranges::max_element(kinds, {}, mass);
  const double inside = mass(*best), outside = 1 - measure::mass_inside(map, any);
  const double area =
      static_cast<double>(measure::area(best->second)) / static_cast<double>(map.size());
  if (outside > inside) {
    return fmt::format("no known object ({} of the map; {}: {})", percent(outside), best->first,
                       percent(inside));
  }
  return fmt::format("{} ({} of the map, {} of the picture)", best->first, percent(inside),
                     percent(area));
}

}  // namespace

std::string step_sentence(const episode::RunInfo& info, const episode::Step& step,
                          bool name_episode) {
  std::string words =
      fmt::format("{}step {}: {}", name_episode ? fmt::format("episode {}, ", step.episode) : "",
                  step.index, choice_words(info, step));
  for (std::size_t m = 0; m < step.attributions.size(); ++m) {
    const std::string place = place_words(step, *step.attributions[m]);
    if (place.empty()) continue;
    words += fmt::format("; most of {} on: {}",
                         info.methods.size() == 1 ? "it" : info.methods[m].text(), place);
  }
  return words;
}

}  // namespace arcadecam::app
