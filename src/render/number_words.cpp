#include "render/number_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace arcadecam::render {
namespace {

constexpr int kUsual = 2, kMost = 6;

}  // namespace

int decimals_for(double spread) {
  if (!(spread > 0) || !std::isfinite(spread)) return kUsual;
  const auto order = static_cast<int>(std::floor(std::log10(spread)));
  return std::clamp(kUsual - order, 0, kMost);
}

int decimals_for(std::span<const float> values) {
  if (values.empty()) return kUsual;
  std::vector<float> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  int decimals = decimals_for(static_cast<double>(sorted.back()) - sorted.front());
  const auto look_the_same = [&](float a, float b) {
    return a != b && number_words(a, decimals) == number_words(b, decimals);
  };
  while (decimals < kMost && std::ranges::adjacent_find(sorted, look_the_same) != sorted.end())
    ++decimals;
  return decimals;
}

std::string with_real_minus(std::string text) {
  if (!text.starts_with('-')) return text;
  text.erase(0, 1);
  return text.find_first_not_of("0.") == std::string::npos ? text : "−" + text;
}

std::string number_words(double value, int decimals) {
  return with_real_minus(fmt::format("{:.{}f}", value, decimals));
}

std::string number_words(double value) {
  return with_real_minus(fmt::format("{:g}", value));
}

}  // namespace arcadecam::render
