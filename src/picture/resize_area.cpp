#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "arcadecam/core/error.h"
#include "core/area_cells.h"
#include "picture/resize.h"

namespace arcadecam::picture {
namespace {

constexpr std::int64_t kColors = 3;

/// Halves become the even number.
std::uint8_t nearest_byte(float value) {
  return static_cast<std::uint8_t>(std::nearbyint(value));
}

/// Each new pixel is a block of whole old ones: OpenCV sums whole numbers then, and rounds the mean
/// of 2×2 half up.
void average_blocks(const Image& image, Image& result) {
  const Size from = image.size(), to = result.size();
  const std::int64_t rows = from.height / to.height, columns = from.width / to.width;
  const float share = 1.0F / static_cast<float>(rows * columns);
  std::uint8_t* target = result.pixels().data();
  for (std::int64_t y = 0; y < to.height; ++y) {
    for (std::int64_t x = 0; x < to.width * kColors; ++x) {
      const std::int64_t column = x / kColors * columns * kColors + x % kColors;
      int sum = 0;
      for (std::int64_t row = 0; row < rows; ++row) {
        const std::uint8_t* source =
            image.pixels().data() + (y * rows + row) * from.width * kColors + column;
        for (std::int64_t i = 0; i < columns; ++i) sum += source[i * kColors];
      }
      *target++ = rows == 2 && columns == 2 ? static_cast<std::uint8_t>((sum + 2) >> 2)
                                            : nearest_byte(static_cast<float>(sum) * share);
    }
  }
}

/// A row of pixels at the new width.
void reduce_columns(const std::uint8_t* row, const AreaCells& cells, std::vector<float>& reduced) {
  const std::size_t width = cells.first.size();
  for (std::size_t x = 0; x < width; ++x) {
    const std::uint8_t* pixel = row + cells.first[x] * kColors;
    float red = 0, green = 0, blue = 0;
    for (int tap = 0; tap < cells.taps; ++tap, pixel += kColors) {
      const float weight = cells.weights[static_cast<std::size_t>(tap) * width + x];
      if (weight == 0) break;  // beyond the cell, perhaps beyond the row
      red += static_cast<float>(pixel[0]) * weight;
      green += static_cast<float>(pixel[1]) * weight;
      blue += static_cast<float>(pixel[2]) * weight;
    }
    reduced[x * 3] = red;
    reduced[x * 3 + 1] = green;
    reduced[x * 3 + 2] = blue;
  }
}

}  // namespace

Image resize_area(const Image& image, Size size) {
  const Size from = image.size();
  if (size.height < 1 || size.width < 1 || size.height > from.height || size.width > from.width) {
    throw bad_input("a picture of {}×{} pixels cannot shrink to {}×{}", from.width, from.height,
                    size.width, size.height);
  }
  if (from == size) return image;
  Image result(size);
  if (from.height % size.height == 0 && from.width % size.width == 0) {
    average_blocks(image, result);
    return result;
  }
  const AreaCells columns = area_cells(static_cast<int>(from.width), static_cast<int>(size.width));
  const AreaCells rows = area_cells(static_cast<int>(from.height), static_cast<int>(size.height));
  const auto line = static_cast<std::size_t>(from.width * kColors);
  std::vector<float> reduced(static_cast<std::size_t>(size.width * kColors)), sum(reduced.size());
  std::uint8_t* target = result.pixels().data();
  // Enlarged pictures repeat their rows.
  const std::uint8_t* reduced_row = nullptr;
  for (std::size_t y = 0; y < rows.first.size(); ++y) {
    std::fill(sum.begin(), sum.end(), 0.0F);
    for (int tap = 0; tap < rows.taps; ++tap) {
      const float weight = rows.weights[static_cast<std::size_t>(tap) * rows.first.size() + y];
      if (weight == 0) break;
      const std::uint8_t* row =
          image.pixels().data() + static_cast<std::size_t>(rows.first[y] + tap) * line;
      if (reduced_row == nullptr ||
          (row != reduced_row && std::memcmp(row, reduced_row, line) != 0)) {
        reduce_columns(row, columns, reduced);
      }
      reduced_row = row;
      for (std::size_t x = 0; x < sum.size(); ++x) sum[x] += reduced[x] * weight;
    }
    for (const float value : sum) *target++ = nearest_byte(value);
  }
  return result;
}

}  // namespace arcadecam::picture
