#include "render/value_range.h"

#include <algorithm>

#include "render/number_words.h"

namespace arcadecam::render {

void ValueRange::add(std::span<const float> values) {
  const auto [low, high] = std::ranges::minmax(values);
  lowest_ = steps_ == 0 ? low : std::min(lowest_, low);
  highest_ = steps_ == 0 ? high : std::max(highest_, high);
  const int three_digits = decimals_for(static_cast<double>(high) - low);
  ++needed_[static_cast<std::size_t>(std::clamp(three_digits - 1, 0, kMost))];
  ++steps_;
}

int ValueRange::decimals() const {
  constexpr double kLeastSpan = 1e-3;  // with the most decimals, one in the last place
  const double span = static_cast<double>(highest_) - lowest_;
  const int three_digits = decimals_for(span);
  if (span > 0 && span < kLeastSpan) return three_digits - 1;
  int usual_step = 0;
  std::int64_t seen = needed_[0];
  while (steps_ > 0 && 2 * seen <= steps_ && usual_step < kMost)
    seen += needed_[static_cast<std::size_t>(++usual_step)];
  return std::min(std::max(three_digits, usual_step), kMost);
}

}  // namespace arcadecam::render
