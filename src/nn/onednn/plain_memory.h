#pragma once

#include <algorithm>

#include "nn/onednn/context.h"

namespace arcadecam::nn::onednn {

/// A copy of some memory in C order.
class PlainCopy {
 public:
  PlainCopy(const StepSite& site, const dnnl::memory& from, const Shape& shape)
      : memory_(plain_desc(site.batch, shape), site.context.engine()),
        reorder_(site.context, from, memory_) {}
  const float* fetch() {
    reorder_.run();
    return static_cast<const float*>(memory_.get_data_handle());
  }

 private:
  dnnl::memory memory_;
  Reorder reorder_;
};

/// What arrives at one input of a node, in C order, and its way into the input's own layout.
class PlainGradient {
 public:
  PlainGradient(const StepSite& site, std::size_t k)
      : in_(site.input(k)),
        count_(site.batch * site.input_shape(k).count()),
        memory_(plain_desc(site.batch, site.input_shape(k)), site.context.engine()),
        to_layout_(site.context, memory_, in_) {}
  float* start() {
    auto* values = static_cast<float*>(memory_.get_data_handle());
    std::fill_n(values, count_, 0.0F);
    return values;
  }
  void add() {
    if (in_.gradient_wanted) to_layout_.add();
  }

 private:
  NodeMemory& in_;
  std::int64_t count_;
  dnnl::memory memory_;
  GradientReorder to_layout_;
};

}  // namespace arcadecam::nn::onednn
