#include "picture/color_map.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "arcadecam/core/error.h"
#include "core/nearest.h"
#include "picture/color_tables.h"

namespace arcadecam::picture {
namespace {

using Colors = std::array<Rgb, 256>;

std::uint8_t digit(char c) {
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

/// A table of color_tables.h.
template <const std::string_view& kTable>
Colors of_table() {
  Colors colors;
  const char* at = kTable.data();
  for (Rgb& color : colors) {
    for (std::uint8_t& channel : color) {
      channel = static_cast<std::uint8_t>(16 * digit(at[0]) + digit(at[1]));
      at += 2;
    }
  }
  return colors;
}

/// MATLAB's JET in OpenCV's rounding. At entry i each channel is a trapezoid with slopes of 4 per
/// entry, whose values are all halves: they are rounded to the nearest even number.
Colors jet() {
  const auto rounded = [](int halves) {
    return static_cast<std::uint8_t>(std::min(2 * ((std::max(halves, 0) + 2) / 4), 255));
  };
  Colors colors;
  for (int i = 0; i < 256; ++i) {
    colors[static_cast<std::size_t>(i)] = {rounded(std::min(8 * i - 765, 2295 - 8 * i)),
                                           rounded(std::min(8 * i - 255, 1785 - 8 * i)),
                                           rounded(std::min(8 * i + 255, 1275 - 8 * i))};
  }
  // The last 1.5 of blue, which OpenCV's table holds a little too small.
  colors[159][2] = 1;
  return colors;
}

/// A formula's colours at 256 equal steps.
template <Rgb (*kFormula)(double) noexcept>
Colors steps_of() {
  Colors colors;
  for (std::size_t i = 0; i < colors.size(); ++i)
    colors[i] = kFormula(static_cast<double>(i) / 255.0);
  return colors;
}

struct Source {
  std::string_view name;
  bool diverging;
  Colors (*colors)();
};

constexpr std::array<Source, 4> kSources{{
    {"cool-warm", true, steps_of<cool_warm>},
    {"inferno", false, of_table<kInfernoTable>},
    {"jet", false, jet},
    {"turbo", false, steps_of<turbo>},
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
    throw bad_usage("there is no colour map '{}'; {}", name, nearest_or_all(name, kNames));
  }
  return {.name = source->name, .diverging = source->diverging, .colors = source->colors()};
}

}  // namespace arcadecam::picture
