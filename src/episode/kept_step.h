#pragma once

#include <cstddef>
#include <vector>

#include "episode/sink.h"

namespace arcadecam::episode {

/// A step that owns what it refers to.
class KeptStep {
 public:
  /// Keeps no more than this: what else the step refers to is then empty in it.
  KeptStep(const Step& step, Detail detail);
  KeptStep(const KeptStep&) = delete;
  KeptStep& operator=(const KeptStep&) = delete;

  [[nodiscard]] Step& step() { return step_; }
  [[nodiscard]] const Step& step() const { return step_; }
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
