#include "arcadecam/explain/target.h"

#include <algorithm>
#include <charconv>

#include "arcadecam/core/error.h"

namespace arcadecam::explain {

Target Target::action(int index) {
  if (index < 0) throw bad_usage("target action {}: actions count from 0", index);
  return Target(index);
}

Target Target::parse(std::string_view text) {
  if (text == "greedy") return greedy();
  constexpr std::string_view kAction = "action:";
  if (text.starts_with(kAction)) {
    const std::string_view number = text.substr(kAction.size());
    int index = -1;
    const auto [end, failure] =
        std::from_chars(number.data(), number.data() + number.size(), index);
    if (failure == std::errc() && end == number.data() + number.size() && index >= 0) {
      return action(index);
    }
  }
  throw bad_usage("target '{}': expected 'greedy' or 'action:K' with K counting from 0", text);
}

int Target::resolve(std::span<const float> values) const {
  if (action_ < 0) return argmax(values);
  if (action_ >= std::ssize(values)) {
    throw bad_usage("target '{}': the network has actions 0 to {}", text(), values.size() - 1);
  }
  return action_;
}

void Target::output_gradient(std::span<const float> values, std::span<float> gradient) const {
  std::ranges::fill(gradient, 0.0F);
  gradient[static_cast<std::size_t>(resolve(values))] = 1.0F;
}

std::string Target::text() const {
  return action_ < 0 ? "greedy" : fmt::format("action:{}", action_);
}

int argmax(std::span<const float> values) {
  return static_cast<int>(std::ranges::max_element(values) - values.begin());
}

}  // namespace arcadecam::explain
