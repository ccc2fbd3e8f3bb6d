#pragma once

#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <optional>
#include <unordered_map>
#include <vector>

#include "nn/onednn/shim.h"
#include "nn/steps/context.h"

namespace arcadecam::nn::onednn {

using Tag = dnnl::memory::format_tag;
using DataType = dnnl::memory::data_type;

inline dnnl::memory::desc make_desc(const dnnl::memory::dims& dims, Tag tag,
                                    DataType type = DataType::f32) {
  return {dims, type, tag};
}

/// The dimensions of a batch of `shape`.
dnnl::memory::dims batch_dims(std::int64_t batch, const Shape& shape);

/// oneDNN's name of a layout, and ours of what oneDNN chose for a batch of `shape`; nothing where
/// steps have no such layout.
dnnl::memory::desc to_onednn(const steps::Desc& desc);
std::optional<steps::Desc> from_onednn(const dnnl::memory::desc& desc, std::int64_t batch,
                                       const Shape& shape);

/// The processor, with no more instructions than cpu_features() allows.
dnnl::engine limited_cpu();

/// oneDNN's device and stream, and the weights in every layout asked for.
class Device {
 public:
  explicit Device(Precision precision) : precision_(precision) {}

  /// What convolutions compute in where they can.
  [[nodiscard]] Precision precision() const { return precision_; }
  [[nodiscard]] const dnnl::engine& engine() const { return engine_; }
  [[nodiscard]] const dnnl::stream& stream() const { return stream_; }
  /// The same values for oneDNN.
  [[nodiscard]] dnnl::memory wrap(const steps::Memory& memory) const {
    return {to_onednn(memory.desc()), engine_, memory.data()};
  }

  /// `weights`, given in `plain` layout, in the layout `wanted`: reordered once, then kept.
  dnnl::memory weights_in(const Weights& weights, const dnnl::memory::desc& plain,
                          const dnnl::memory::desc& wanted);
  /// A vector of zeros for layers without a bias.
  const Tensor& zeros(std::int64_t length);

 private:
  struct Layout {
    dnnl::memory::desc desc;
    dnnl::memory memory;
  };

  Precision precision_;
  dnnl::engine engine_ = limited_cpu();
  dnnl::stream stream_{engine_};
  // The keys keep their tensors alive: an address is never taken for another tensor's.
  std::unordered_map<Weights, std::vector<Layout>> blocked_;
  std::unordered_map<std::int64_t, Tensor> zeros_;
};

/// Copies between layouts with a reorder made once.
class Reorder {
 public:
  Reorder(const Device& device, const dnnl::memory& from, const dnnl::memory& to)
      : device_(device), from_(from), to_(to), reorder_(from, to) {}
  void run() {
    dnnl::stream stream = device_.stream();
    reorder_.execute(stream, from_, to_);
  }
  /// `data` replaces the destination's memory.
  void run_into(float* data) {
    to_.set_data_handle(data);
    run();
  }

 private:
  const Device& device_;
  dnnl::memory from_, to_;
  dnnl::reorder reorder_;
};

/// Where a convolution reads and writes: a node's site, or memory inside another step. `input` that
/// has no memory yet is given the layout that the convolution prefers; `output` always is.
struct ConvolutionSite {
  Device& device;
  std::int64_t batch;
  steps::NodeMemory &input, &output;
  Shape input_shape, shape;
};

/// Direct convolution in whatever layout oneDNN prefers.
std::unique_ptr<steps::PlanStep> make_plain_convolution(const ConvolutionSite& site,
                                                        const Conv2d& op);
/// The same result through a rearranged input (see space_to_depth.cpp); null where that is not
/// faster.
std::unique_ptr<steps::PlanStep> make_rearranged_convolution(Device& device,
                                                             const steps::StepSite& site,
                                                             const Conv2d& op);
/// Null where our own layer is faster.
std::unique_ptr<steps::PlanStep> make_dense_linear(Device& device, const steps::StepSite& site,
                                                   const Linear& op);

}  // namespace arcadecam::nn::onednn
