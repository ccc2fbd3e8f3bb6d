#pragma once

#include <cstddef>
#include <vector>

#include "episode/step.h"

namespace arcadecam::episode {

/// A step that owns everything it refers to.
class KeptStep {
 public:
  explicit KeptStep(const Step& step);
  KeptStep(const KeptStep&) = delete;
  KeptStep& operator=(const KeptStep&) = delete;

  [[nodiscard]] Step& step() { return step_; }
  /// Memory that its arrays take.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  Step step_;
  ByteTensor screen_, observation_;
  Tensor distributions_;
  std::vector<std::uint8_t> sound_;
  std::vector<explain::Attribution> attributions_;
  std::size_t bytes_ = 0;
};

}  // namespace arcadecam::episode
