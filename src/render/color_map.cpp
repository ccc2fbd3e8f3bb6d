#include "render/color_map.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "arcadecam/core/error.h"

namespace arcadecam::render {
namespace {

struct Source {
  std::string_view name;
  std::optional<cv::ColormapTypes> table;  ///< OpenCV's, or none for cool_warm()
};

constexpr std::array<Source, 4> kSources{{
    {"cool-warm", std::nullopt},
    {"inferno", cv::COLORMAP_INFERNO},
    {"jet", cv::COLORMAP_JET},
    {"turbo", cv::COLORMAP_TURBO},
}};

constexpr auto kNames = [] {
  std::array<std::string_view, kSources.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kSources[i].name;
  return names;
}();

std::array<Rgb, 256> opencv_table(cv::ColormapTypes type) {
  cv::Mat indices(1, 256, CV_8UC1);
  for (int i = 0; i < 256; ++i) indices.at<std::uint8_t>(0, i) = static_cast<std::uint8_t>(i);
  cv::Mat bgr;
  cv::applyColorMap(indices, bgr, type);
  std::array<Rgb, 256> colors;
  for (int i = 0; i < 256; ++i) {
    const auto& pixel = bgr.at<cv::Vec3b>(0, i);
    colors[static_cast<std::size_t>(i)] = {pixel[2], pixel[1], pixel[0]};
  }
  return colors;
}

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
  ColorMap map{.name = source->name, .diverging = !source->table.has_value(), .colors = {}};
  if (source->table) {
    map.colors = opencv_table(*source->table);
  } else {
    for (std::size_t i = 0; i < map.colors.size(); ++i) {
      map.colors[i] = cool_warm(static_cast<double>(i) / 255.0);
    }
  }
  return map;
}

}  // namespace arcadecam::render
