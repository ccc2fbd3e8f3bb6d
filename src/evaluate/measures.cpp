#include "evaluate/measures.h"

#include <algorithm>
#include <vector>

namespace arcadecam::evaluate {

std::span<const measure::Measure* const> measures() {
  static const std::vector<const measure::Measure*> kAll = [] {
    std::vector<const measure::Measure*> all;
    std::ranges::copy(measure::measures(), std::back_inserter(all));
    std::ranges::copy(game_measures(), std::back_inserter(all));
    std::ranges::sort(all, {}, &measure::Measure::id);
    return all;
  }();
  return kAll;
}

}  // namespace arcadecam::evaluate
