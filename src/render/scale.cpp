#include "render/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "arcadecam/core/error.h"
#include "core/parse_number.h"
#include "render/number_words.h"

namespace arcadecam::render {
namespace {

constexpr std::string_view kPercentileName = "percentile", kFixedName = "fixed:";

struct Name {
  std::string_view text;
  ColorScale::Kind kind;
};
constexpr std::array<Name, 3> kNames{{{"frame", ColorScale::Kind::kFrame},
                                      {"episode", ColorScale::Kind::kEpisode},
                                      {"running", ColorScale::Kind::kRunning}}};

std::optional<double> number(std::string_view text) {
  const auto value = parse_number<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

[[noreturn]] void refuse(std::string_view text) {
  throw bad_usage(
      "scale '{}': expected frame, episode, running, percentile[:P] with 50 < P ≤ 100, or "
      "fixed:LOW/HIGH with LOW < HIGH",
      text);
}

}  // namespace

ColorScale ColorScale::parse(std::string_view text) {
  ColorScale scale;
  for (const Name& name : kNames) {
    if (name.text != text) continue;
    scale.kind = name.kind;
    return scale;
  }
  if (text.starts_with(kPercentileName)) {
    scale.kind = Kind::kPercentile;
    std::string_view rest = text.substr(kPercentileName.size());
    if (rest.empty()) return scale;
    const std::optional<double> value = rest[0] == ':' ? number(rest.substr(1)) : std::nullopt;
    if (!value || !(*value > 50 && *value <= 100)) refuse(text);
    scale.percentile = *value;
    return scale;
  }
  if (text.starts_with(kFixedName)) {
    const std::string_view rest = text.substr(kFixedName.size());
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) refuse(text);
    const auto low = number(rest.substr(0, slash)), high = number(rest.substr(slash + 1));
    if (!low || !high || !(static_cast<float>(*low) < static_cast<float>(*high))) refuse(text);
    scale.kind = Kind::kFixed;
    scale.fixed = {static_cast<float>(*low), static_cast<float>(*high)};
    return scale;
  }
  refuse(text);
}

std::string ColorScale::text() const {
  if (kind == Kind::kPercentile) return fmt::format("percentile:{:g}", percentile);
  if (kind == Kind::kFixed) return fmt::format("fixed:{}/{}", fixed.low, fixed.high);
  for (const Name& name : kNames) {
    if (name.kind == kind) return std::string(name.text);
  }
  return {};
}

std::string ColorScale::sentence(bool with_signs) const {
  if (kind == Kind::kFixed) {
    const float size = std::max(std::abs(fixed.low), std::abs(fixed.high));
    return with_signs ? fmt::format("{} (against) to {} (for) in every map", number_words(-size),
                                    number_words(size))
                      : fmt::format("{} to {} in every map", number_words(fixed.low),
                                    number_words(fixed.high));
  }
  const std::string_view whose = kind == Kind::kEpisode ? "of the episode's maps by the method"
                                 : kind == Kind::kRunning
                                     ? "of the episode's maps so far by the method"
                                     : "each map by itself";
  const std::string_view compare = spans_steps()
                                       ? "strengths compare between states, not between methods"
                                       : "compare places within a map, not strengths between maps";
  const std::string ends =
      with_signs && kind == Kind::kPercentile
          ? fmt::format("against to for, zero in the middle, ends at the sizes' percentile {:g}",
                        percentile)
      : with_signs ? "against to for, zero in the middle"
      : kind == Kind::kPercentile
          ? fmt::format("percentile {:g} to {:g}", 100 - percentile, percentile)
          : "least to most";
  return fmt::format("{}, {}: {}", ends, whose, compare);
}

std::string ColorScale::title() const {
  switch (kind) {
    case Kind::kFrame:
      return "each frame's own";
    case Kind::kEpisode:
      return "the episode's";
    case Kind::kRunning:
      return "the episode's so far";
    case Kind::kPercentile:
      return fmt::format("each frame's, percentile {:g}", percentile);
    case Kind::kFixed:
      return "fixed";
  }
  return {};
}

}  // namespace arcadecam::render
