#include "picture/draw.h"

#include <algorithm>

namespace arcadecam::picture {
namespace {

/// The part of a box that lies on the picture.
Box clipped(const Image& image, const Box& box) {
  const std::int64_t top = std::max<std::int64_t>(box.top, 0);
  const std::int64_t left = std::max<std::int64_t>(box.left, 0);
  return {top, left, std::min(box.bottom(), image.size().height) - top,
          std::min(box.right(), image.size().width) - left};
}

std::uint8_t* pixel_at(Image& image, std::int64_t row, std::int64_t column) {
  return image.pixels().data() + (row * image.size().width + column) * 3;
}

}  // namespace

bool Box::contains(const Box& other) const {
  return other.top >= top && other.left >= left && other.bottom() <= bottom() &&
         other.right() <= right();
}

bool Box::overlaps(const Box& other) const {
  return !empty() && !other.empty() && top < other.bottom() && other.top < bottom() &&
         left < other.right() && other.left < right();
}

void fill(Image& image, const Box& box, Rgb color) {
  const Box part = clipped(image, box);
  if (part.empty()) return;
  for (std::int64_t row = part.top; row < part.bottom(); ++row) {
    std::uint8_t* pixel = pixel_at(image, row, part.left);
    for (std::int64_t i = 0; i < part.width; ++i) pixel = std::copy_n(color.data(), 3, pixel);
  }
}

void outline(Image& image, const Box& box, Rgb color, std::int64_t thickness) {
  fill(image, {box.top, box.left, thickness, box.width}, color);
  fill(image, {box.bottom() - thickness, box.left, thickness, box.width}, color);
  fill(image, {box.top, box.left, box.height, thickness}, color);
  fill(image, {box.top, box.right() - thickness, box.height, thickness}, color);
}

void paste(Image& image, const Image& part, std::int64_t top, std::int64_t left) {
  const Box box = clipped(image, {top, left, part.size().height, part.size().width});
  if (box.empty()) return;
  for (std::int64_t row = box.top; row < box.bottom(); ++row) {
    const std::uint8_t* source =
        part.pixels().data() + ((row - top) * part.size().width + box.left - left) * 3;
    std::copy_n(source, box.width * 3, pixel_at(image, row, box.left));
  }
}

}  // namespace arcadecam::picture
