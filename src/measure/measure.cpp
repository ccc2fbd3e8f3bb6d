#include "measure/measure.h"

#include <algorithm>
#include <array>

#include "arcadecam/core/error.h"
#include "core/nearest.h"
#include "core/text.h"

namespace arcadecam::measure {

std::string_view words(Direction direction) {
  switch (direction) {
    case Direction::kHigher:
      return "higher is better";
    case Direction::kLower:
      return "lower is better";
    case Direction::kNone:
      return "neither is better";
  }
  return "";
}

void Scorer::score(Context& /*context*/, const Subject& /*subject*/,
                   std::vector<Finding>& /*found*/) {}

void Scorer::play(Context& /*context*/, std::int64_t /*episode*/, std::vector<Finding>& /*found*/) {
}

void Scorer::remember(const Subject& /*subject*/) {}

std::vector<std::vector<Finding>> Scorer::compare_all() {
  return {};
}

const Measure& find_measure(std::string_view id, std::span<const Measure* const> among) {
  std::vector<std::string_view> known;
  for (const Measure* measure : among) {
    if (measure->id == id) return *measure;
    known.push_back(measure->id);
  }
  throw bad_usage("there is no measure '{}'; {}", printable(id), nearest_or_all(id, known));
}

std::span<const explain::Param> common_params() {
  static constexpr std::array<explain::Param, 1> kParams{
      {{"every", "1", "only every K-th state of an episode counts"}}};
  return kParams;
}

std::vector<explain::Param> params_of(const Measure& measure) {
  return explain::with_common(measure.params(), common_params());
}

BoundMeasure bind(const explain::MethodSpec& spec, std::span<const Measure* const> among) {
  const Measure& measure = find_measure(spec.id, among);
  const explain::Params params(spec, params_of(measure), "measure");
  BoundMeasure bound{spec, &measure, params, params.integer("every", 1, 1'000'000)};
  (void)bound.make();  // throws now what it would later
  return bound;
}

std::vector<BoundMeasure> parse_measures(std::string_view text,
                                         std::span<const Measure* const> among) {
  std::vector<BoundMeasure> bound;
  if (text == "all") {
    for (const Measure* measure : among) {
      if (!measure->needs.plays) bound.push_back(bind({std::string(measure->id), {}}, among));
    }
    return bound;
  }
  for (const explain::MethodSpec& spec : explain::parse_methods(text, "measure")) {
    for (const BoundMeasure& other : bound) {
      if (other.spec.text() == spec.text())
        throw bad_usage("measures '{}': {} is named twice", text, spec.text());
    }
    bound.push_back(bind(spec, among));
  }
  return bound;
}

}  // namespace arcadecam::measure
