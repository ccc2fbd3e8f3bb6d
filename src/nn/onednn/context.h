#pragma once

#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "arcadecam/nn/engine.h"
#include "nn/kernels/weight_layouts.h"
#include "nn/onednn/pixel_masks.h"
#include "nn/onednn/shim.h"

namespace arcadecam::nn::onednn {

using Tag = dnnl::memory::format_tag;

using DataType = dnnl::memory::data_type;

inline dnnl::memory::desc make_desc(const dnnl::memory::dims& dims, Tag tag,
                                    DataType type = DataType::f32) {
  return {dims, type, tag};
}

/// The dimensions of a batch of `shape` and the plain C-order layout of it.
dnnl::memory::dims batch_dims(std::int64_t batch, const Shape& shape);
dnnl::memory::desc plain_desc(std::int64_t batch, const Shape& shape);

/// The processor, with no more instructions than cpu_features() allows.
dnnl::engine limited_cpu();

/// What all plans of an engine share: device, stream and the weights in every layout asked for.
class Context {
 public:
  explicit Context(const EngineOptions& options)
      : precision_(options.precision),
        threads_(options.threads),
        layouts_(options.layouts ? options.layouts : make_weight_layouts()) {}

  /// What convolutions compute in where they can.
  [[nodiscard]] Precision precision() const { return precision_; }
  [[nodiscard]] int threads() const { return threads_; }
  [[nodiscard]] const dnnl::engine& engine() const { return engine_; }
  [[nodiscard]] const dnnl::stream& stream() const { return stream_; }

  /// `weights`, given in `plain` layout, in the layout `wanted`: reordered once, then kept.
  dnnl::memory weights_in(const Weights& weights, const dnnl::memory::desc& plain,
                          const dnnl::memory::desc& wanted);
  /// Matrices of fully connected layers; other engines may share them.
  [[nodiscard]] WeightLayouts& layouts() const { return *layouts_; }
  /// A vector of zeros for layers without a bias.
  const Tensor& zeros(std::int64_t length);
  /// For whichever step runs: nothing is kept in them from step to step.
  [[nodiscard]] PixelMasks& masks() { return masks_; }

 private:
  struct Layout {
    dnnl::memory::desc desc;
    dnnl::memory memory;
  };

  Precision precision_;
  int threads_;
  dnnl::engine engine_ = limited_cpu();
  dnnl::stream stream_{engine_};
  std::shared_ptr<WeightLayouts> layouts_;
  // The keys keep their tensors alive: an address is never taken for another tensor's.
  std::unordered_map<Weights, std::vector<Layout>> blocked_;
  std::unordered_map<std::int64_t, Tensor> zeros_;
  PixelMasks masks_;
};

class PixelClasses;

/// Neighbouring samples of a batch.
struct Samples {
  std::int64_t first, count;
};

/// How a node's values lie: in C order, with a pixel's channels side by side, or as oneDNN likes.
enum class Layout { kPlain, kChannelsLast, kBlocked };

/// A node's output and the gradient with respect to it, in one and the same layout.
struct NodeMemory {
  dnnl::memory activation, gradient;
  /// Which pixels of `activation` are alike, where this forward pass knows it.
  const PixelClasses* classes = nullptr;
  /// Where the strip is one sample: which pixels may differ (not 0) from the same pixels of the
  /// sample before it in the batch. Null: unknown.
  const std::vector<std::uint8_t>* changed = nullptr;
  bool gradient_wanted = false;   ///< some watched gradient lies at this node or before it
  bool gradient_started = false;  ///< this backward pass has written `gradient`

  /// So many samples share the memory of a strip's activations, one strip after the other, where no
  /// later step reads them again; 0: every sample has its own.
  std::int64_t shared = 0;
  /// The sample whose gradient is the first in memory: what no step outside a strip reads need not
  /// be kept for the whole batch.
  std::int64_t first_gradient = 0;

  /// Zeroed memory in this layout; the padding of a blocked layout stays zero.
  void allocate(const dnnl::engine& engine, const dnnl::memory::desc& desc);
  [[nodiscard]] Layout layout() const { return layout_; }
  [[nodiscard]] float* x(std::int64_t sample = 0) const {
    return x_ + (shared > 0 ? sample % shared : sample) * sample_elements_;
  }
  /// The gradient of sample first_gradient.
  [[nodiscard]] float* g() const { return g_; }
  [[nodiscard]] float* g(std::int64_t sample) const {
    return g_ + (sample - first_gradient) * sample_elements_;
  }
  /// Elements including the layout's padding: of the batch, and of some of its samples.
  [[nodiscard]] std::int64_t elements() const { return elements_; }
  [[nodiscard]] std::int64_t elements(Samples samples) const {
    return samples.count * sample_elements_;
  }

 private:
  std::shared_ptr<void> x_memory_, g_memory_;
  // oneDNN is not asked: a call an element would cost more than the arithmetic.
  float *x_ = nullptr, *g_ = nullptr;
  std::int64_t elements_ = 0, sample_elements_ = 0;
  Layout layout_ = Layout::kPlain;
};

class StripStep;

/// One node compiled for one batch size.
class Step {
 public:
  Step() = default;
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  virtual ~Step() = default;
  virtual void forward() = 0;
  /// Takes samples of a batch of observations (all, unless it is a StripStep), times `factor`, as
  /// the value of its only input, which is then left as it is; false when the step cannot, and
  /// forward() reads its input as always.
  virtual bool forward_scaled(const Observations& /*observations*/, float /*factor*/,
                              Samples /*samples*/) {
    return false;
  }
  /// Itself, where it is one.
  virtual StripStep* in_strips() { return nullptr; }
  /// Adds this node's gradient, carried through the operation, to the gradients of those inputs
  /// that want one (writes it where theirs has not been started).
  virtual void backward() = 0;
};

/// A step that can run any samples of its batch alone: a batch runs through such steps in strips
/// that stay in the second-level cache.
class StripStep : public Step {
 public:
  explicit StripStep(std::int64_t batch) : batch_(batch) {}
  void forward() final { forward_strip({0, batch_}); }
  void backward() final { backward_strip({0, batch_}); }
  StripStep* in_strips() final { return this; }
  virtual void forward_strip(Samples samples) = 0;
  virtual void backward_strip(Samples samples) = 0;

 private:
  std::int64_t batch_;
};

/// What a step is made from. `memory[i]` exists for all nodes before `node`; the step's factory
/// sets that of `node`.
struct StepSite {
  Context& context;
  const Graph& graph;
  std::int64_t batch;
  int node;
  std::vector<NodeMemory>& memory;

  [[nodiscard]] int input_node(std::size_t k) const { return graph.node(node).inputs.at(k); }
  [[nodiscard]] NodeMemory& input(std::size_t k = 0) const {
    return memory[static_cast<std::size_t>(input_node(k))];
  }
  [[nodiscard]] NodeMemory& output() const { return memory[static_cast<std::size_t>(node)]; }
  [[nodiscard]] const Shape& shape() const { return graph.shape(node); }
  [[nodiscard]] const Shape& input_shape(std::size_t k = 0) const {
    return graph.shape(input_node(k));
  }
  /// Gives the node its memory in this layout.
  void allocate(const dnnl::memory::desc& desc) const { output().allocate(context.engine(), desc); }
};

/// Copies between layouts with a reorder made once.
class Reorder {
 public:
  Reorder(Context& context, const dnnl::memory& from, const dnnl::memory& to);
  void run();
  /// `data` replaces the destination's memory.
  void run_into(float* data);
  /// `data` replaces the source's memory.
  void run_from(float* data);

 private:
  Context& context_;
  dnnl::memory from_, to_;
  dnnl::reorder reorder_;
};

/// Brings a gradient that arrives in another layout into a node's own: written where the pass has
/// nothing there yet, else added.
class GradientReorder {
 public:
  GradientReorder(Context& context, const dnnl::memory& from, NodeMemory& to);
  void add();

 private:
  NodeMemory& to_;
  Reorder reorder_;
  std::vector<float> converted_;
};

/// One sample of shape `shape` from the layout of `memory`, which is not blocked, to C order.
void to_plain(const NodeMemory& memory, const float* sample, const Shape& shape, float* plain);
/// The way back: written, or added.
void from_plain(const float* plain, const Shape& shape, bool accumulate, const NodeMemory& memory,
                float* sample);

/// Where a convolution reads and writes: a node's site, or memory inside another step. `input` that
/// has no memory yet is given the layout that the convolution prefers; `output` always is.
struct ConvolutionSite {
  Context& context;
  std::int64_t batch;
  NodeMemory &input, &output;
  Shape input_shape, shape;
};

/// O×C×Kh×Kw → O×(C·s·s)×(Kh/s)×(Kw/s); the new channel of (c, dy, dx) is (c·s + dy)·s + dx.
Weights rearranged(const Tensor& weight, std::int64_t s);
std::unique_ptr<Step> make_plain_convolution(const ConvolutionSite& site, const Conv2d& op);
/// Our own convolution on channels that lie side by side; null where it does not fit.
std::unique_ptr<Step> make_pixel_convolution(const StepSite& site, const Conv2d& op);
/// The same on squares of a picture in C order that have become channels (see space_to_depth.cpp).
std::unique_ptr<Step> make_squares_convolution(const StepSite& site, const Conv2d& op);
/// Whether make_convolution() runs this convolution, on an input of this shape, in the rearranged
/// form.
bool worth_rearranging(const Conv2d& op, const Shape& input);
/// The same result through a rearranged input where that is faster (see space_to_depth.cpp), else
/// the plain one.
std::unique_ptr<Step> make_convolution(const StepSite& site, const Conv2d& op);
std::unique_ptr<Step> make_linear(const StepSite& site, const Linear& op);
/// Scale, BatchNorm2d, ReLU, Flatten, Add.
std::unique_ptr<Step> make_elementwise(const StepSite& site, const Op& op);
std::unique_ptr<Step> make_state(const StepSite& site);
/// The operations of plain_operations.h.
std::unique_ptr<Step> make_plain(const StepSite& site);
/// ExpectedValue, Dueling.
std::unique_ptr<Step> make_head(const StepSite& site, const Op& op);

}  // namespace arcadecam::nn::onednn
