#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace arcadecam::serve {

/// What conditions can ask of a step.
enum class Quantity {
  kMargin,
  kEntropy,
  kValue,
  kReward,
  kScore,
  kLives,
  kStep,
  kAction,
  kLostLife,
  kAdvantage,
  kMass
};

/// A part of a map that lies on something.
struct Share {
  std::string_view object, kind;
  double share;
};

/// One step, as conditions see it.
struct StepFacts {
  std::array<double, static_cast<std::size_t>(Quantity::kMass)> numbers{};  ///< by Quantity
  std::span<const Share> shares = {};                                       ///< of the first map

  [[nodiscard]] double& operator[](Quantity quantity) {
    return numbers.at(static_cast<std::size_t>(quantity));
  }
};

/// Where play is to stop: "margin < 0.01 and mass(score) > 0.3".
class Condition {
 public:
  /// `actions`: names that "action == FIRE" may use. Throws Error (usage) that says what is wrong
  /// with the text and what may stand there.
  static Condition parse(std::string_view text, std::span<const std::string_view> actions);

  /// A quantity that the step does not have is NaN: no comparison with it is met.
  [[nodiscard]] bool met(const StepFacts& facts) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  enum class Operator { kLess, kAtMost, kMore, kAtLeast, kEqual, kUnequal };
  struct Term {
    Quantity quantity;
    std::string object;  ///< of kMass: a name or a kind
    Operator compares;
    double number;
  };
  class Reader;

  std::string text_;
  std::vector<Term> terms_;
};

}  // namespace arcadecam::serve
