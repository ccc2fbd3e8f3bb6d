#include "game/objects.h"

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"

namespace arcadecam::game {
namespace {

constexpr int kScreenWidth = 160;

}  // namespace

PixelBox intersection(const PixelBox& a, const PixelBox& b) {
  const int left = std::max(a.left, b.left), top = std::max(a.top, b.top);
  const PixelBox both{left, top, std::min(a.left + a.width, b.left + b.width) - left,
                      std::min(a.top + a.height, b.top + b.height) - top};
  return both.empty() ? PixelBox{} : both;
}

PixelBox cover(const PixelBox& a, const PixelBox& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  const int left = std::min(a.left, b.left), top = std::min(a.top, b.top);
  return {left, top, std::max(a.left + a.width, b.left + b.width) - left,
          std::max(a.top + a.height, b.top + b.height) - top};
}

std::string_view word(Change change) {
  switch (change) {
    case Change::kRemove:
      return "remove";
    case Change::kMove:
      return "move";
    case Change::kRewrite:
      break;
  }
  return "rewrite";
}

RamByte shifted(Ram ram, std::uint8_t index, int by, int low, int high) {
  const int value = ram[index], more = value + by;
  return {index, static_cast<std::uint8_t>(more >= low && more <= high ? more : value - by)};
}

const ObjectTable* find_object_table(std::string_view game) {
  const auto tables = object_tables();
  const auto at = std::ranges::find(tables, game, &ObjectTable::game);
  return at == tables.end() ? nullptr : *at;
}

const ObjectTable& object_table(std::string_view game) {
  if (const ObjectTable* table = find_object_table(game)) return *table;
  std::string known;
  for (const ObjectTable* table : object_tables())
    known += fmt::format("{}{}", known.empty() ? "" : ", ", table->game);
  throw bad_usage("where {}'s objects are is not known; there are object tables for: {}", game,
                  known);
}

PixelBox on_plane(const PixelBox& box, int height, double dilation) {
  return on_plane(box, {0, 0, height, kScreenWidth}, kPlaneSide, kPlaneSide, dilation);
}

PixelBox on_plane(const PixelBox& box, const Crop& crop, int plane_height, int plane_width,
                  double dilation) {
  if (box.empty()) return {};
  const auto scaled = [dilation](int from, int size, int shown, int plane) {
    const double scale = static_cast<double>(plane) / shown;
    const int low = std::max(0, static_cast<int>(std::floor(from * scale - dilation)));
    const int high = std::min(plane, static_cast<int>(std::ceil((from + size) * scale + dilation)));
    return std::pair(low, high - low);
  };
  const auto [left, width] = scaled(box.left - crop.left, box.width, crop.width, plane_width);
  const auto [top, lines] = scaled(box.top - crop.top, box.height, crop.height, plane_height);
  const PixelBox plane{left, top, width, lines};
  return plane.empty() ? PixelBox{} : plane;
}

}  // namespace arcadecam::game
