#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace arcadecam::render {

/// The range of a run's action values so far, and how many decimals their numbers need.
class ValueRange {
 public:
  /// The values of one more step, one or more of them.
  void add(std::span<const float> values);

  /// The smallest and the largest value so far; 0 where there are none.
  [[nodiscard]] float lowest() const { return lowest_; }
  [[nodiscard]] float highest() const { return highest_; }

  /// Three significant digits of what all values span, or two of what a step's own values span
  /// where at least half of the steps need so many; three decimals at most. Where all values
  /// together span less than 0.001: two significant digits of that, six decimals at most. So one
  /// step whose values nearly agree does not lengthen the numbers of a whole run.
  [[nodiscard]] int decimals() const;

 private:
  static constexpr int kMost = 3;

  float lowest_ = 0, highest_ = 0;
  std::int64_t steps_ = 0;
  std::array<std::int64_t, kMost + 1> needed_{};  ///< steps whose own values need so many decimals
};

}  // namespace arcadecam::render
