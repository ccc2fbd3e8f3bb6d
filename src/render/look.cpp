#include "render/look.h"

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::render {
namespace {

constexpr std::array<Theme, 2> kThemes{{{.name = "dark",
                                         .background = {16, 18, 24},
                                         .panel = {34, 38, 48},
                                         .text = {236, 238, 242},
                                         .quiet = {168, 174, 186},
                                         .chosen = {255, 176, 32},
                                         .runner_up = {86, 180, 233},
                                         .bar = {104, 112, 128},
                                         .alarm = {214, 40, 40},
                                         .alarm_text = {255, 255, 255}},
                                        {.name = "light",
                                         .background = {255, 255, 255},
                                         .panel = {234, 236, 240},
                                         .text = {20, 22, 28},
                                         .quiet = {92, 98, 110},
                                         .chosen = {190, 96, 0},
                                         .runner_up = {0, 104, 168},
                                         .bar = {160, 166, 178},
                                         .alarm = {200, 24, 24},
                                         .alarm_text = {255, 255, 255}}}};

}  // namespace

const Theme& theme(std::string_view name) {
  const auto* const found =
      std::ranges::find_if(kThemes, [&](const Theme& theme) { return theme.name == name; });
  if (found == kThemes.end()) throw bad_usage("theme '{}': expected dark or light", name);
  return *found;
}

OverlayKind overlay_kind(std::string_view name) {
  if (name == "alpha") return OverlayKind::kAlpha;
  if (name == "additive") return OverlayKind::kAdditive;
  throw bad_usage("overlay '{}': expected alpha or additive", name);
}

Ground ground(std::string_view name) {
  if (name == "grey") return Ground::kGrey;
  if (name == "color") return Ground::kColor;
  throw bad_usage("ground '{}': expected grey or color", name);
}

picture::Image Look::legend(std::size_t method) const {
  const picture::ColorMap& map_colors = colors_of(method);
  const std::int64_t wide = std::ssize(map_colors.colors);
  if (overlay == OverlayKind::kAdditive) return color_strip(map_colors);
  picture::Image strip(picture::Size{2, wide});
  for (std::int64_t i = 0; i < wide; ++i) strip.set(1, i, {255, 255, 255});
  Tensor values(Shape{1, wide});
  for (std::int64_t i = 0; i < wide; ++i)
    values.data()[i] = static_cast<float>(i) / static_cast<float>(wide - 1);
  return overlaid(strip, {}, values.view(), method, strip.size());
}

picture::Image Look::overlaid(const picture::Image& under, const atari::ScreenPart& part,
                              TensorView values, std::size_t method, picture::Size size) const {
  const picture::ColorMap& map_colors = colors_of(method);
  if (overlay == OverlayKind::kAdditive)
    return picture::additive_overlay(under, values, map_colors, size, part);
  return picture::screen_overlay(
      ground == Ground::kGrey ? picture::dimmed_grey(under) : under, values,
      {.colors = map_colors, .max_opacity = max_opacity, .part = part}, size);
}

picture::Image Look::overlaid_observation(const episode::Step& step, TensorView values,
                                          std::size_t method, picture::Size size) const {
  if (overlay == OverlayKind::kAdditive && !maps.signs_of(method) &&
      step.observation.shape()[0] >= 3) {
    return picture::resize_nearest(
        picture::image_of_planes(
            picture::reference_overlay(values, step.observation).result.view()),
        size);
  }
  return overlaid(newest_plane(step.observation, step.newest_planes), {}, values, method, size);
}

picture::Image newest_plane(ByteTensorView observation, int planes) {
  const Shape& shape = observation.shape();
  if (shape.rank() != 3 || shape[0] < planes) {
    throw bad_input("an observation to be drawn needs planes of pixels, got {}", to_string(shape));
  }
  if (planes == 3) {
    picture::Image image(picture::Size{shape[1], shape[2]});
    for (std::int64_t c = 0; c < 3; ++c) {
      std::uint8_t* pixel = image.pixels().data() + c;
      for (const std::uint8_t value : observation[shape[0] - 3 + c].values()) {
        *pixel = value;
        pixel += 3;
      }
    }
    return image;
  }
  picture::Image image(picture::Size{shape[1], shape[2]});
  std::uint8_t* pixel = image.pixels().data();
  for (const std::uint8_t grey : observation[shape[0] - 1].values())
    pixel = std::fill_n(pixel, 3, grey);
  return image;
}

picture::Image color_strip(const picture::ColorMap& colors) {
  picture::Image strip(picture::Size{1, std::ssize(colors.colors)});
  for (std::int64_t i = 0; i < std::ssize(colors.colors); ++i)
    strip.set(0, i, colors.colors[static_cast<std::size_t>(i)]);
  return strip;
}

picture::Image colored(TensorView map, const picture::ColorMap& colors) {
  picture::Image image(picture::Size{map.shape()[0], map.shape()[1]});
  std::uint8_t* pixel = image.pixels().data();
  for (const float value : map.values()) pixel = std::copy_n(colors(value).data(), 3, pixel);
  return image;
}

}  // namespace arcadecam::render
