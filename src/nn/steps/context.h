#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "arcadecam/nn/engine.h"
#include "nn/kernels/weight_layouts.h"
#include "nn/steps/memory.h"
#include "nn/steps/pixel_masks.h"

namespace arcadecam::nn::steps {

class Differences;
class PlanStep;
struct StepSite;

/// Steps of another library, where they are to be used.
class Library {
 public:
  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  virtual ~Library() = default;
  /// Null: ours is used.
  virtual std::unique_ptr<PlanStep> convolution(const StepSite& site, const Conv2d& op) = 0;
  virtual std::unique_ptr<PlanStep> linear(const StepSite& site, const Linear& op) = 0;
  /// Does some work; the library's errors become ours.
  virtual void run(const std::function<void()>& work) const = 0;
};

/// What all plans of an engine share: the weights in every layout asked for, and scratch memory.
class PlanContext {
 public:
  /// `library`: null where our own steps are all.
  PlanContext(const EngineOptions& options, std::unique_ptr<Library> library)
      : layouts_(options.layouts ? options.layouts : make_weight_layouts()),
        threads_(options.threads),
        library_(std::move(library)) {}

  [[nodiscard]] int threads() const { return threads_; }
  [[nodiscard]] Library* library() const { return library_.get(); }
  /// Matrices of fully connected layers; other engines may share them.
  [[nodiscard]] WeightLayouts& layouts() const { return *layouts_; }
  /// For whichever step runs: nothing is kept in them from step to step.
  [[nodiscard]] PixelMasks& masks() { return masks_; }
  /// Where the network (the same at each call) begins so and all steps are ours, else null; made on
  /// first use.
  [[nodiscard]] Differences* differences(const Graph& graph);

 private:
  std::shared_ptr<WeightLayouts> layouts_;
  int threads_;
  std::unique_ptr<Library> library_;
  PixelMasks masks_;
  std::shared_ptr<Differences> differences_;
  bool has_looked_ = false;  ///< whether there are differences
};

class PixelClasses;

/// Neighbouring samples of a batch.
struct Samples {
  std::int64_t first, count;
};

/// A node's output and the gradient with respect to it, in one and the same layout.
struct NodeMemory {
  Memory activation, gradient;
  /// Which pixels of `activation` are alike, where this forward pass knows it.
  const PixelClasses* classes = nullptr;
  /// Where the strip is one sample: which pixels may differ (not 0) from the same pixels of the
  /// sample before it, in the batch or in the pass before. Null: unknown.
  const std::vector<std::uint8_t>* changed = nullptr;
  /// Strips are one sample, and the activations of the last one of the pass before are in memory.
  bool is_kept = false;
  bool gradient_wanted = false;   ///< some watched gradient lies at this node or before it
  bool gradient_started = false;  ///< this backward pass has written `gradient`

  /// So many samples share the memory of a strip's activations, one strip after the other, where
  /// none but forward passes of strips read them; 0: every sample has its own.
  std::int64_t shared = 0;
  /// The sample whose gradient is the first in memory: what no step outside a strip reads need not
  /// be kept for the whole batch.
  std::int64_t first_gradient = 0;

  /// Zeroed memory in this layout; the padding of a layout of blocks stays zero.
  void allocate(const Desc& desc);
  [[nodiscard]] const Desc& desc() const { return activation.desc(); }
  [[nodiscard]] Layout layout() const { return desc().layout; }
  [[nodiscard]] float* x(std::int64_t sample = 0) const {
    return activation.data() + (shared > 0 ? sample % shared : sample) * sample_elements_;
  }
  /// The activation of the sample before this one: before the first, the last of the pass before.
  [[nodiscard]] float* x_before(std::int64_t sample) const {
    return x((sample > 0 ? sample : desc().batch) - 1);
  }
  /// The gradient of sample first_gradient.
  [[nodiscard]] float* g() const { return gradient.data(); }
  [[nodiscard]] float* g(std::int64_t sample) const {
    return gradient.data() + (sample - first_gradient) * sample_elements_;
  }
  /// Elements including the layout's padding: of the batch, and of some of its samples.
  [[nodiscard]] std::int64_t elements() const { return elements_; }
  [[nodiscard]] std::int64_t elements(Samples samples) const {
    return samples.count * sample_elements_;
  }

 private:
  std::int64_t elements_ = 0, sample_elements_ = 0;
};

class StripStep;

/// One node compiled for one batch size.
class PlanStep {
 public:
  PlanStep() = default;
  PlanStep(const PlanStep&) = delete;
  PlanStep& operator=(const PlanStep&) = delete;
  virtual ~PlanStep() = default;
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
/// that stay in the second-level cache. Where its input's or output's activations are shared among
/// strips, backward_strip() must not read them.
class StripStep : public PlanStep {
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
  PlanContext& context;
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
  void allocate(Layout layout) const { output().allocate({batch, shape(), layout}); }
};

/// Adds a gradient that arrives in whatever layout to a node's own: written where the pass has
/// nothing there yet.
void add_gradient(const Memory& arriving, NodeMemory& to);

/// O×C×Kh×Kw → O×(C·s·s)×(Kh/s)×(Kw/s); the new channel of (c, dy, dx) is (c·s + dy)·s + dx.
Weights rearranged(const Tensor& weight, std::int64_t s);
/// Whether a convolution is better run in the rearranged form, on an input of this shape.
bool worth_rearranging(const Conv2d& op, const Shape& input);
/// A convolution on channels that lie side by side, a multiple of 8; null where it does not fit.
std::unique_ptr<PlanStep> make_pixel_convolution(const StepSite& site, const Conv2d& op);
/// The same on squares of a picture in C order that have become channels; null where it does not
/// fit.
std::unique_ptr<PlanStep> make_squares_convolution(const StepSite& site, const Conv2d& op);
/// Whether one of the two above fits.
bool is_pixel_convolution(const StepSite& site, const Conv2d& op);
/// The same on values that are gathered into such pixels first: fits every convolution.
std::unique_ptr<PlanStep> make_gathered_convolution(const StepSite& site, const Conv2d& op);
/// The best of these, or the library's.
std::unique_ptr<PlanStep> make_convolution(const StepSite& site, const Conv2d& op);
std::unique_ptr<PlanStep> make_linear(const StepSite& site, const Linear& op);
/// Scale, BatchNorm2d, ReLU, Flatten, Add.
std::unique_ptr<PlanStep> make_elementwise(const StepSite& site, const Op& op);
std::unique_ptr<PlanStep> make_state(const StepSite& site);
/// The operations of plain_operations.h.
std::unique_ptr<PlanStep> make_plain(const StepSite& site);
/// ExpectedValue, Dueling.
std::unique_ptr<PlanStep> make_head(const StepSite& site, const Op& op);

}  // namespace arcadecam::nn::steps
