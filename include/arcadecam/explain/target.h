#pragma once

#include <span>
#include <string>
#include <string_view>

namespace arcadecam::explain {

/// Which scalar of the network's output is explained. It becomes the gradient fed in at the output.
class Target {
 public:
  /// The value of the action with the largest value (the first of equals).
  static Target greedy() { return Target(-1); }
  /// The value of a given action, 0 … actions−1.
  static Target action(int index);
  /// "greedy" or "action:K". Throws Error (usage) for anything else.
  static Target parse(std::string_view text);

  /// The action whose value is explained, given one state's action values. Throws Error (usage)
  /// when the network has no such action.
  [[nodiscard]] int resolve(std::span<const float> values) const;
  /// Writes ∂target/∂output for one state.
  void output_gradient(std::span<const float> values, std::span<float> gradient) const;
  /// As parse() reads it.
  [[nodiscard]] std::string text() const;

 private:
  explicit Target(int action) : action_(action) {}
  int action_;  ///< −1: greedy
};

/// The index of the largest value, the first of equals.
int argmax(std::span<const float> values);

}  // namespace arcadecam::explain
