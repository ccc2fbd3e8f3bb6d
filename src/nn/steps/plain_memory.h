#pragma once

#include <algorithm>

#include "nn/steps/context.h"

namespace arcadecam::nn::steps {

/// Some memory in C order: itself where it lies so, else a copy.
class PlainCopy {
 public:
  explicit PlainCopy(const Memory& from) : from_(from) {
    if (from.desc().layout != Layout::kPlain)
      copy_ = Memory({from.desc().batch, from.desc().shape, Layout::kPlain});
  }
  const float* fetch() {
    if (!copy_) return from_.data();
    bring(from_, false, copy_);
    return copy_.data();
  }

 private:
  Memory from_, copy_;
};

/// What arrives at one input of a node, in C order, and its way into the input's own layout.
class PlainGradient {
 public:
  PlainGradient(const StepSite& site, std::size_t k)
      : in_(site.input(k)), memory_({site.batch, site.input_shape(k), Layout::kPlain}) {}
  float* start() {
    std::fill_n(memory_.data(), memory_.desc().elements(), 0.0F);
    return memory_.data();
  }
  void add() {
    if (in_.gradient_wanted) add_gradient(memory_, in_);
  }

 private:
  NodeMemory& in_;
  Memory memory_;
};

}  // namespace arcadecam::nn::steps
