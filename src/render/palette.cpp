#include "render/palette.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace arcadecam::render {
namespace {

std::uint32_t number_of(const picture::Rgb& color) {
  return std::uint32_t{color[0]} << 16U | std::uint32_t{color[1]} << 8U | color[2];
}

struct Counted {
  picture::Rgb color;
  std::uint64_t pixels;
};

/// Some of the colours, with what decides whether and where they are cut.
struct Cell {
  std::span<Counted> colors;
  picture::Rgb mean{};
  std::size_t channel = 0;  ///< in which the colours spread most
  double spread = 0;        ///< squared distance to the mean there, summed over pixels

  explicit Cell(std::span<Counted> part) : colors(part) {
    double pixels = 0;
    std::array<double, 3> sum{}, squares{};
    for (const Counted& counted : colors) {
      const auto weight = static_cast<double>(counted.pixels);
      pixels += weight;
      for (std::size_t c = 0; c < 3; ++c) {
        const double value = counted.color[c];
        sum[c] += weight * value;
        squares[c] += weight * value * value;
      }
    }
    for (std::size_t c = 0; c < 3; ++c) {
      mean[c] = static_cast<std::uint8_t>(sum[c] / pixels + 0.5);
      const double spread_here = squares[c] - sum[c] * sum[c] / pixels;
      if (spread_here > spread) {
        spread = spread_here;
        channel = c;
      }
    }
    if (colors.size() < 2) spread = 0;
  }

  /// The two halves, as many pixels on each side as whole colours allow.
  [[nodiscard]] std::array<Cell, 2> cut() const {
    std::ranges::sort(colors, [this](const Counted& a, const Counted& b) {
      return a.color[channel] != b.color[channel] ? a.color[channel] < b.color[channel]
                                                  : a.color < b.color;
    });
    std::uint64_t all = 0, below = 0;
    for (const Counted& counted : colors) all += counted.pixels;
    std::size_t at = 0;
    while (at + 1 < colors.size() && (at == 0 || 2 * (below + colors[at].pixels) <= all))
      below += colors[at++].pixels;
    return {Cell(colors.first(at)), Cell(colors.subspan(at))};
  }
};

int distance(const picture::Rgb& a, const picture::Rgb& b) {
  int sum = 0;
  for (std::size_t c = 0; c < 3; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
  return sum;
}

}  // namespace

void Palette::add(const picture::Image& image) {
  const std::span<const std::uint8_t> values = image.pixels().values();
  // Neighbours are often equal: they are counted together.
  for (std::size_t i = 0; i < values.size();) {
    const picture::Rgb color{values[i], values[i + 1], values[i + 2]};
    std::uint64_t run = 0;
    for (; i < values.size() && values[i] == color[0] && values[i + 1] == color[1] &&
           values[i + 2] == color[2];
         i += 3)
      ++run;
    seen_[number_of(color)].pixels += run;
  }
}

void Palette::choose(std::size_t most) {
  std::vector<Counted> all;
  all.reserve(seen_.size());
  for (const auto& [number, entry] : seen_) {
    all.push_back({{static_cast<std::uint8_t>(number >> 16U),
                    static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)},
                   entry.pixels});
  }
  std::ranges::sort(all, {}, &Counted::color);
  std::vector<Cell> cells;
  if (!all.empty()) cells.emplace_back(all);
  while (cells.size() < most) {
    const auto widest = std::ranges::max_element(cells, {}, &Cell::spread);
    if (widest == cells.end() || widest->spread <= 0) break;
    const auto halves = widest->cut();
    *widest = halves[0];
    cells.push_back(halves[1]);
  }
  colors_.clear();
  for (const Cell& cell : cells) colors_.push_back(cell.mean);
  std::ranges::sort(colors_);
  for (auto& [number, entry] : seen_) {
    const picture::Rgb color{static_cast<std::uint8_t>(number >> 16U),
                             static_cast<std::uint8_t>(number >> 8U),
                             static_cast<std::uint8_t>(number)};
    int nearest = std::numeric_limits<int>::max();
    for (std::size_t i = 0; i < colors_.size(); ++i) {
      const int here = distance(color, colors_[i]);
      if (here < nearest) {
        nearest = here;
        entry.index = static_cast<std::uint8_t>(i);
      }
    }
  }
}

std::uint8_t Palette::index_of(const picture::Rgb& pixel) const {
  return seen_.at(number_of(pixel)).index;
}

}  // namespace arcadecam::render
