#include "game/area_resize.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "arcadecam/core/error.h"

namespace arcadecam::game {
namespace {

constexpr int kMaxScale = 6;

/// 0 … 255 to the nearest integer, halves to even: adding 1.5·2^23 leaves no bits for the fraction.
std::uint8_t round_to_byte(float value) {
  return static_cast<std::uint8_t>(std::bit_cast<std::uint32_t>(value + 12'582'912.0F));
}

}  // namespace

AreaResize::AreaResize(int height, int width, int plane_height, int plane_width)
    : height_(height), width_(width), plane_height_(plane_height), plane_width_(plane_width) {
  const auto fits = [](int size, int plane) { return size >= plane && size <= kMaxScale * plane; };
  if (!fits(height, plane_height) || !fits(width, plane_width)) {
    throw bad_input(
        "a picture of {}×{} pixels cannot become a plane of {}×{} by area averaging: each side "
        "must be 1 to {} times the plane's",
        height, width, plane_height, plane_width, kMaxScale);
  }
  columns_ = area_cells(width, plane_width);
  rows_ = area_cells(height, plane_height);
  line_.resize(static_cast<std::size_t>(width) + static_cast<std::size_t>(columns_.taps));
  reduced_.resize(static_cast<std::size_t>(plane_width));
  sum_.resize(static_cast<std::size_t>(plane_width));
}

void AreaResize::reduce_row(const std::uint8_t* row, std::span<const float, 256> grey) {
  for (int x = 0; x < width_; ++x) line_[static_cast<std::size_t>(x)] = grey[row[x]];
  const int width = plane_width_;
  const int* first = columns_.first.data();
  const float* weight = columns_.weights.data();
  float* reduced = reduced_.data();
  for (int x = 0; x < width; ++x) reduced[x] = line_.data()[first[x]] * weight[x];
  for (int tap = 1; tap < columns_.taps; ++tap) {
    weight += width;
    const float* line = line_.data() + tap;
    for (int x = 0; x < width; ++x) reduced[x] += line[first[x]] * weight[x];
  }
}

void AreaResize::average_blocks(std::span<const std::uint8_t> screen,
                                std::span<const float, 256> grey,
                                std::span<std::uint8_t> plane) const {
  const int rows = height_ / plane_height_, columns = width_ / plane_width_;
  const float share = 1.0F / static_cast<float>(rows * columns);
  std::uint8_t* target = plane.data();
  for (int y = 0; y < plane_height_; ++y) {
    for (int x = 0; x < plane_width_; ++x) {
      int sum = 0;
      for (int row = 0; row < rows; ++row) {
        const std::uint8_t* block = screen.data() + (y * rows + row) * width_ + x * columns;
        for (int column = 0; column < columns; ++column)
          sum += static_cast<int>(grey[block[column]]);
      }
      *target++ = rows == 2 && columns == 2 ? static_cast<std::uint8_t>((sum + 2) >> 2)
                                            : round_to_byte(static_cast<float>(sum) * share);
    }
  }
}

void AreaResize::operator()(std::span<const std::uint8_t> screen, std::span<const float, 256> grey,
                            std::span<std::uint8_t> plane) {
  (*this)(screen, grey, plane, {}, {});
}

void AreaResize::operator()(std::span<const std::uint8_t> screen, std::span<const float, 256> grey,
                            std::span<std::uint8_t> plane,
                            std::span<const std::uint8_t> known_screen,
                            std::span<const std::uint8_t> known_plane) {
  if (height_ % plane_height_ == 0 && width_ % plane_width_ == 0)
    return average_blocks(screen, grey, plane);
  // Cells visit the rows in order and share at most one; screens repeat many rows as they are.
  const std::uint8_t* reduced_row = nullptr;
  const int width = plane_width_;
  float* sum = sum_.data();
  for (int y = 0; y < plane_height_; ++y) {
    const int first = rows_.first[static_cast<std::size_t>(y)];
    const auto begin = static_cast<std::size_t>(first * width_);
    const auto pixels = static_cast<std::size_t>(std::min(rows_.taps, height_ - first) * width_);
    if (!known_screen.empty() &&
        std::memcmp(screen.data() + begin, known_screen.data() + begin, pixels) == 0) {
      std::memcpy(plane.data() + y * width, known_plane.data() + y * width,
                  static_cast<std::size_t>(width));
      continue;
    }
    std::ranges::fill(sum_, 0.0F);
    for (int tap = 0; tap < rows_.taps; ++tap) {
      const float weight = rows_.weights[static_cast<std::size_t>(tap * plane_height_ + y)];
      if (weight == 0.0F) break;
      const std::uint8_t* row = screen.data() + (first + tap) * width_;
      if (reduced_row == nullptr ||
          (row != reduced_row &&
           std::memcmp(row, reduced_row, static_cast<std::size_t>(width_)) != 0)) {
        reduce_row(row, grey);
      }
      reduced_row = row;
      const float* reduced = reduced_.data();
      for (int x = 0; x < width; ++x) sum[x] += reduced[x] * weight;
    }
    std::uint8_t* target = plane.data() + y * width;
    for (int x = 0; x < width; ++x) target[x] = round_to_byte(sum[x]);
  }
}

}  // namespace arcadecam::game
