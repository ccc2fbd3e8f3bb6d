#include "render/color_map.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "arcadecam/core/error.h"
#include "render/pictures_module.h"

namespace arcadecam::render {
namespace {

struct Source {
  std::string_view name;
  bool has_table;  ///< OpenCV's; else cool_warm()
};

constexpr std::array<Source, 4> kSources{{
    {"cool-warm", false},
    {"inferno", true},
    {"jet", true},
    {"turbo", true},
}};

constexpr auto kNames = [] {
  std::array<std::string_view, kSources.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kSources[i].name;
  return names;
}();

}  // namespace

const Rgb& ColorMap::operator()(float value) const noexcept {
  return colors[static_cast<std::size_t>(std::clamp(value, 0.0F, 1.0F) * 255.0F + 0.5F)];
}

std::span<const std::string_view> color_map_names() noexcept {
  return kNames;
}

ColorMap color_map(std::string_view name) {
  const auto* const source = std::find_if(kSources.begin(), kSources.end(),
                                          [&](const Source& s) { return s.name == name; });
  if (source == kSources.end()) {
    throw bad_usage("unknown colour map '{}': expected one of {}", name, fmt::join(kNames, ", "));
  }
  ColorMap map{.name = source->name, .diverging = !source->has_table, .colors = {}};
  if (source->has_table) {
    map.colors = pictures_module().color_table(name);
  } else {
    for (std::size_t i = 0; i < map.colors.size(); ++i) {
      map.colors[i] = cool_warm(static_cast<double>(i) / 255.0);
    }
  }
  return map;
}

}  // namespace arcadecam::render
