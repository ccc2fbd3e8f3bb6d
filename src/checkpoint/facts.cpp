#include "checkpoint/facts.h"

#include <cmath>

#include "core/parse_number.h"

namespace arcadecam::checkpoint {

void Facts::set(std::string_view name, std::string_view value) {
  constexpr std::size_t kLongest = 256, kMost = 500;
  if (name.size() > kLongest || value.size() > kLongest || values_.size() >= kMost) return;
  values_.emplace(name, value);
}

std::optional<std::string_view> Facts::text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::optional<double> Facts::number(std::string_view name) const {
  const auto words = text(name);
  if (!words) return std::nullopt;
  const auto value = parse_number<double>(*words);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace arcadecam::checkpoint
