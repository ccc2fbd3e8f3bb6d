#pragma once

#include <cstdint>

#include "picture/image.h"

namespace arcadecam::picture {

/// A rectangle of pixels; `top`, `left` is its first pixel, `bottom()`, `right()` one past its
/// last.
struct Box {
  std::int64_t top = 0, left = 0, height = 0, width = 0;

  [[nodiscard]] std::int64_t bottom() const { return top + height; }
  [[nodiscard]] std::int64_t right() const { return left + width; }
  [[nodiscard]] Size size() const { return {height, width}; }
  [[nodiscard]] bool empty() const { return height <= 0 || width <= 0; }
  [[nodiscard]] bool contains(const Box& other) const;
  [[nodiscard]] bool overlaps(const Box& other) const;
  friend bool operator==(const Box&, const Box&) = default;
};

/// Where a line of text stands between the sides of its box.
enum class Align { kLeft, kCentre, kRight };

/// Paints a rectangle; what lies outside the picture is left out.
void fill(Image& image, const Box& box, Rgb color);
/// Paints the border of a rectangle, inside it.
void outline(Image& image, const Box& box, Rgb color, std::int64_t thickness = 1);
/// Copies `part` with its first pixel at (top, left); what lies outside the picture is left out.
void paste(Image& image, const Image& part, std::int64_t top, std::int64_t left);

}  // namespace arcadecam::picture
