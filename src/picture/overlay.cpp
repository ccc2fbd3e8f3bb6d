#include "picture/overlay.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "arcadecam/core/error.h"
#include "picture/resize.h"

namespace arcadecam::picture {
namespace {

void check_map(TensorView map) {
  if (map.shape().rank() != 2 || map.size() == 0) {
    throw bad_input("an overlay needs a map of height×width values, got {}",
                    to_string(map.shape()));
  }
  for (const float value : map.values()) {
    if (!(value >= 0.0F && value <= 1.0F)) {
      throw bad_input("an overlay needs map values from 0 to 1, got {}: normalise the map first",
                      value);
    }
  }
}

/// Stands for pixels that a map does not cover.
constexpr float kUncovered = -1;

/// `map` on its part of a picture of that size, kUncovered beyond it.
Tensor placed(TensorView map, Size size, const atari::ScreenPart& part) {
  const Box box = box_of(part, size);
  Tensor values = resize_bilinear(map, box.size());
  if (box.size() == size) return values;
  Tensor result(Shape{size.height, size.width});
  std::ranges::fill(result.values(), kUncovered);
  for (std::int64_t line = 0; line < box.height; ++line)
    std::ranges::copy(values[line].values(), result[box.top + line].data() + box.left);
  return result;
}

/// (1 − opacity)·pixel + opacity·colour, rounded.
void blend(std::uint8_t* pixel, const Rgb& color, float opacity) {
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const auto below = static_cast<float>(pixel[channel]);
    const float mixed = below + opacity * (static_cast<float>(color[channel]) - below);
    pixel[channel] = static_cast<std::uint8_t>(mixed + 0.5F);
  }
}

}  // namespace

ReferenceOverlay reference_overlay(TensorView map, ByteTensorView observation) {
  check_map(map);
  const Shape& planes = observation.shape();
  if (planes.rank() != 3 || planes[0] < 3 || planes.inner() != map.shape()) {
    throw bad_input(
        "an overlay of a map of {} needs at least 3 observation planes of that size, got {}",
        to_string(map.shape()), to_string(planes));
  }
  const ColorMap jet = color_map("jet");
  const std::int64_t count = map.size();
  const std::uint8_t* newest = observation[planes[0] - 3].data();
  ReferenceOverlay overlay{Tensor(map.shape().batch_of(3)), Tensor(map.shape().batch_of(3))};
  float largest = 0.0F;
  for (std::int64_t i = 0; i < count; ++i) {
    const Rgb color = jet.colors[static_cast<std::uint8_t>(255.0F * map.data()[i])];
    for (std::int64_t channel = 0; channel < 3; ++channel) {
      const std::int64_t at = channel * count + i;
      const float heat = static_cast<float>(color[static_cast<std::size_t>(channel)]) / 255.0F;
      overlay.heatmap.data()[at] = heat;
      overlay.result.data()[at] = heat + static_cast<float>(newest[at]);
      largest = std::max(largest, overlay.result.data()[at]);
    }
  }
  // Every colour of JET has a channel of 128 or more, so the maximum is never zero.
  for (float& value : overlay.result.values()) value /= largest;
  return overlay;
}

Image screen_overlay(const Image& screen, TensorView map, const ScreenOverlayStyle& style,
                     Size size) {
  check_map(map);
  if (!(style.max_opacity >= 0.0 && style.max_opacity <= 1.0)) {
    throw bad_usage("an overlay's opacity must be from 0 to 1, got {}", style.max_opacity);
  }
  Image result = resize_nearest(screen, size);
  const Tensor values = placed(map, size, style.part);
  const auto max_opacity = static_cast<float>(style.max_opacity);
  std::uint8_t* pixel = result.pixels().data();
  for (const float resized : values.values()) {
    if (resized == kUncovered) {
      pixel += 3;
      continue;
    }
    const float value = std::clamp(resized, 0.0F, 1.0F);
    const float strength = style.colors.diverging ? std::abs(2.0F * value - 1.0F) : value;
    // Below half a grey level nothing would change.
    const float opacity = max_opacity * strength;
    if (opacity > 0.5F / 255.0F) blend(pixel, style.colors(value), opacity);
    pixel += 3;
  }
  return result;
}

Image screen_overlay(const Image& screen, TensorView map, const ScreenOverlayStyle& style) {
  return screen_overlay(screen, map, style, screen.size());
}

Image additive_overlay(const Image& screen, TensorView map, const ColorMap& colors, Size size,
                       const atari::ScreenPart& part) {
  check_map(map);
  Image result = resize_nearest(screen, size);
  const Tensor values = placed(map, size, part);
  Tensor sums(Shape{size.height, size.width, 3});
  const std::span<std::uint8_t> pixels = result.pixels().values();
  float largest = 0.0F;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const float value = values.values()[i / 3];
    const float heat =
        value == kUncovered ? 0.0F : static_cast<float>(colors(value)[i % 3]) / 255.0F;
    sums.values()[i] = heat + static_cast<float>(pixels[i]);
    largest = std::max(largest, sums.values()[i]);
  }
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const float share = largest > 0.0F ? sums.values()[i] / largest : 0.0F;
    pixels[i] = static_cast<std::uint8_t>(share * 255.0F + 0.5F);
  }
  return result;
}

Image dimmed_grey(const Image& image) {
  Image result(image.size());
  const std::span<const std::uint8_t> from = image.pixels().values();
  std::uint8_t* pixel = result.pixels().data();
  for (std::size_t i = 0; i + 2 < from.size(); i += 3) {
    const double luma = 0.299 * from[i] + 0.587 * from[i + 1] + 0.114 * from[i + 2];
    pixel = std::fill_n(pixel, 3, static_cast<std::uint8_t>(kDimmed * luma + 0.5));
  }
  return result;
}

Box box_of(const atari::ScreenPart& part, Size size) {
  const auto pixels = [](double from, double to, std::int64_t all) {
    const auto low =
        std::clamp<std::int64_t>(std::llround(from * static_cast<double>(all)), 0, all - 1);
    const auto high =
        std::clamp<std::int64_t>(std::llround(to * static_cast<double>(all)), low + 1, all);
    return std::pair(low, high - low);
  };
  const auto [top, height] = pixels(part.top, part.bottom, size.height);
  const auto [left, width] = pixels(part.left, part.right, size.width);
  return {top, left, height, width};
}

Size television_size(Size screen, std::int64_t lines) {
  if (screen.height < 1 || lines < 1) {
    throw bad_usage("a picture of {} lines cannot be made from a screen of {}", lines,
                    screen.height);
  }
  const std::int64_t height = (lines + screen.height - 1) / screen.height * screen.height;
  return {height, (height * 4 + 1) / 3};
}

}  // namespace arcadecam::picture
