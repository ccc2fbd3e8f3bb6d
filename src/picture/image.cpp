#include "picture/image.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam::picture {
namespace {

std::int64_t first_byte(Size size, std::int64_t row, std::int64_t column) {
  return (row * size.width + column) * 3;
}

/// The index of the old pixel under the centre of new pixel `index`: ⌊(index + ½)·old/current⌋, in
/// integers so that it never depends on rounding.
std::int64_t under_centre(std::int64_t index, std::int64_t old, std::int64_t current) {
  return (2 * index + 1) * old / (2 * current);
}

}  // namespace

Image::Image(Size size) : pixels_(Shape{size.height, size.width, 3}) {}

Image::Image(ByteTensor pixels) : pixels_(std::move(pixels)) {
  const Shape& shape = pixels_.shape();
  if (shape.rank() != 3 || shape[2] != 3) {
    throw bad_input("a picture needs height×width×3 bytes, got {}", to_string(shape));
  }
}

Rgb Image::at(std::int64_t row, std::int64_t column) const noexcept {
  const std::uint8_t* pixel = pixels_.data() + first_byte(size(), row, column);
  return {pixel[0], pixel[1], pixel[2]};
}

void Image::set(std::int64_t row, std::int64_t column, Rgb value) noexcept {
  std::copy_n(value.data(), 3, pixels_.data() + first_byte(size(), row, column));
}

Image resize_nearest(const Image& image, Size size) {
  const Size old = image.size();
  if (old.height < 1 || old.width < 1) throw bad_input("an empty picture cannot be resized");
  if (size.height < 1 || size.width < 1) {
    throw bad_usage("a picture's size must be positive, got {}×{}", size.width, size.height);
  }
  Image result(size);
  std::vector<std::int64_t> columns;
  for (std::int64_t column = 0; column < size.width; ++column) {
    columns.push_back(3 * under_centre(column, old.width, size.width));
  }
  std::uint8_t* target = result.pixels().data();
  for (std::int64_t row = 0; row < size.height; ++row) {
    const std::int64_t old_row = under_centre(row, old.height, size.height);
    if (row > 0 && old_row == under_centre(row - 1, old.height, size.height)) {
      target = std::copy_n(target - 3 * size.width, 3 * size.width, target);
      continue;
    }
    const std::uint8_t* source = image.pixels().data() + first_byte(old, old_row, 0);
    for (const std::int64_t column : columns) target = std::copy_n(source + column, 3, target);
  }
  return result;
}

Image image_of_planes(TensorView planes) {
  const Shape& shape = planes.shape();
  if (shape.rank() != 3 || shape[0] != 3) {
    throw bad_input("a picture from planes needs 3×height×width values, got {}", to_string(shape));
  }
  const std::int64_t count = shape[1] * shape[2];
  Image result(Size{shape[1], shape[2]});
  for (std::int64_t channel = 0; channel < 3; ++channel) {
    for (std::int64_t i = 0; i < count; ++i) {
      const float value = planes.data()[channel * count + i];
      if (!(value >= 0.0F && value <= 1.0F)) {
        throw bad_input("a picture from planes needs values from 0 to 1, got {}", value);
      }
      result.pixels().data()[i * 3 + channel] =
          static_cast<std::uint8_t>(std::lround(value * 255.0F));
    }
  }
  return result;
}

}  // namespace arcadecam::picture
