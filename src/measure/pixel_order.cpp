#include "measure/pixel_order.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace arcadecam::measure {

std::vector<std::int64_t> pixel_order(std::span<const float> map, Random random) {
  std::vector<std::int64_t> order(map.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(i))]);
  std::ranges::stable_sort(order, std::greater<>(), [&](std::int64_t pixel) {
    return map[static_cast<std::size_t>(pixel)];
  });
  return order;
}

}  // namespace arcadecam::measure
