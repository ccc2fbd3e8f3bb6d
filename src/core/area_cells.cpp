#include "core/area_cells.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace arcadecam {
namespace {

// Slivers of a pixel thinner than this do not count: the reference drops them.
constexpr double kSliver = 1e-3;

}  // namespace

AreaCells area_cells(int source, int target_count) {
  const double scale = static_cast<double>(source) / target_count;
  AreaCells result;
  std::vector<std::vector<float>> parts;
  for (int target = 0; target < target_count; ++target) {
    const double begin = target * scale;
    const double end = std::min(begin + scale, static_cast<double>(source));
    const double length = std::min(scale, source - begin);
    std::vector<float>& part = parts.emplace_back();
    const int first_whole = static_cast<int>(std::ceil(begin));
    const int end_whole = std::min(static_cast<int>(std::floor(begin + scale)), source - 1);
    int first = first_whole;
    if (first_whole - begin > kSliver) {
      --first;
      part.push_back(static_cast<float>((first_whole - begin) / length));
    }
    for (int pixel = first_whole; pixel < end_whole; ++pixel) {
      part.push_back(static_cast<float>(1.0 / length));
    }
    if (end - end_whole > kSliver) {
      part.push_back(static_cast<float>(std::min(end - end_whole, 1.0) / length));
    }
    result.first.push_back(first);
    result.taps = std::max(result.taps, static_cast<int>(part.size()));
  }
  result.weights.resize(static_cast<std::size_t>(result.taps) *
                        static_cast<std::size_t>(target_count));
  for (std::size_t target = 0; target < parts.size(); ++target) {
    for (std::size_t tap = 0; tap < parts[target].size(); ++tap) {
      result.weights[tap * parts.size() + target] = parts[target][tap];
    }
  }
  return result;
}

}  // namespace arcadecam
