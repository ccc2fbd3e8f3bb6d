#include "measure/localisation.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace arcadecam::measure {

void add_boxes(const explain::Object& object, Planes planes, int radius, const Shape& plane,
               Mask& mask) {
  const auto height = static_cast<int>(plane[0]), width = static_cast<int>(plane[1]);
  const std::size_t first =
      planes == Planes::kNewest && !object.boxes.empty() ? object.boxes.size() - 1 : 0;
  for (std::size_t i = first; i < object.boxes.size(); ++i) {
    const PixelBox& box = object.boxes[i];
    if (box.empty()) continue;
    const PixelBox grown = intersection(
        {box.left - radius, box.top - radius, box.width + 2 * radius, box.height + 2 * radius},
        {0, 0, width, height});
    for (int y = grown.top; y < grown.top + grown.height; ++y) {
      for (int x = grown.left; x < grown.left + grown.width; ++x)
        mask[static_cast<std::size_t>(y * width + x)] = true;
    }
  }
}

std::int64_t area(const Mask& mask) {
  return std::ranges::count(mask, true);
}

double mass_inside(std::span<const float> map, const Mask& mask) {
  double inside = 0, all = 0;
  for (std::size_t i = 0; i < map.size(); ++i) {
    all += map[i];
    if (mask[i]) inside += map[i];
  }
  return all > 0 ? inside / all : std::numeric_limits<double>::quiet_NaN();
}

double rank_inside(std::span<const float> map, const Mask& mask) {
  const std::int64_t places = area(mask);
  if (places == 0) return std::numeric_limits<double>::quiet_NaN();
  std::vector<float> values(map.begin(), map.end());
  const auto last = values.begin() + places - 1;
  std::ranges::nth_element(values, last, std::greater<>());
  const float threshold = *last;
  std::int64_t above = 0, above_inside = 0, ties = 0, ties_inside = 0;
  for (std::size_t i = 0; i < map.size(); ++i) {
    const int inside = mask[i] ? 1 : 0;
    if (map[i] > threshold) {
      ++above;
      above_inside += inside;
    } else if (map[i] == threshold) {
      ++ties;
      ties_inside += inside;
    }
  }
  const double left = static_cast<double>(places - above) / static_cast<double>(ties);
  return (static_cast<double>(above_inside) + left * static_cast<double>(ties_inside)) /
         static_cast<double>(places);
}

bool points_inside(std::span<const float> map, const Mask& mask) {
  const float most = *std::ranges::max_element(map);
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (mask[i] && map[i] == most) return true;
  }
  return false;
}

}  // namespace arcadecam::measure
