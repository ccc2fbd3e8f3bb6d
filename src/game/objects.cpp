#include "game/objects.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"

namespace arcadecam::game {
namespace {

constexpr int kWidthOfScreen = 160;

const ObjectTable* object_table_of(const Game& game) {
  const auto tables = object_tables();
  const auto at = std::ranges::find(tables, game.name, &ObjectTable::game);
  return at == tables.end() ? nullptr : *at;
}

bool is_verified(const ObjectTable& table, const Game& game, const atari::Protocol& protocol) {
  const auto among = [](std::span<const int> values, int value) {
    return std::ranges::find(values, value) != values.end();
  };
  return among(table.verified.modes, protocol.mode.value_or(game.default_mode)) &&
         among(table.verified.difficulties, protocol.difficulty.value_or(0));
}

}  // namespace

std::string_view word(Change change) {
  switch (change) {
    case Change::kRemove:
      return "remove";
    case Change::kPlace:
      return "place";
    case Change::kRecolour:
      return "recolour";
    case Change::kRewrite:
      break;
  }
  return "rewrite";
}

PixelBox Digits::box(std::span<const int> digits) const {
  PixelBox all;
  for (std::size_t place = 0; place < digits.size(); ++place) {
    if (digits[place] < 0) continue;
    const int from = left + pitch * static_cast<int>(place);
    all = cover(all, digits[place] == 1 ? PixelBox{from + one_from, top, one_width, height}
                                        : PixelBox{from, top, width, height});
  }
  return all;
}

std::vector<int> decimal_digits(std::initializer_list<std::uint8_t> bytes, int shown) {
  std::vector<int> digits;
  for (const std::uint8_t byte : bytes) {
    digits.push_back(byte >> 4);
    digits.push_back(byte & 15);
  }
  for (std::size_t i = 0; i + static_cast<std::size_t>(shown) < digits.size() && digits[i] == 0;
       ++i)
    digits[i] = -1;
  return digits;
}

const ObjectTable* find_object_table(const Game& game, const atari::Protocol& protocol) {
  const ObjectTable* table = object_table_of(game);
  return table != nullptr && is_verified(*table, game, protocol) ? table : nullptr;
}

const ObjectTable& object_table(const Game& game, const atari::Protocol& protocol) {
  const ObjectTable* table = object_table_of(game);
  if (table == nullptr) {
    std::string known;
    for (const ObjectTable* other : object_tables())
      known += fmt::format("{}{}", known.empty() ? "" : ", ", other->game);
    throw bad_usage("where {}'s objects are is not known; there are object tables for: {}",
                    game.name, known);
  }
  if (!is_verified(*table, game, protocol)) {
    throw bad_usage(
        "where {}'s objects are is not known in mode {} and difficulty {}; the table was verified "
        "for modes {} and difficulties {}",
        game.name, protocol.mode.value_or(game.default_mode), protocol.difficulty.value_or(0),
        fmt::join(table->verified.modes, ", "), fmt::join(table->verified.difficulties, ", "));
  }
  return *table;
}

PixelBox on_plane(const PixelBox& box, int height, double dilation) {
  return on_plane(box, {0, 0, height, kWidthOfScreen}, atari::kPlaneSide, atari::kPlaneSide,
                  dilation);
}

PixelBox on_plane(const PixelBox& box, const atari::Crop& crop, int plane_height, int plane_width,
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
