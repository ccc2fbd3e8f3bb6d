#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "arcadecam/core/tensor.h"

namespace arcadecam::nn {

// The operations. Each is plain data: weights and settings, in PyTorch's conventions. Shapes below
// are for one sample; every activation carries a batch dimension in front. Weights are shared and
// immutable, so copies of a graph are cheap.

using Weights = std::shared_ptr<const Tensor>;

/// The observation: C×H×W values 0…255, or any other shape. Each graph has exactly one, its first
/// node.
struct Input {
  Shape shape;
};
/// Multiplies by a constant (1/255 in front of an Atari network).
struct Scale {
  float factor = 1;
};
/// weight O×I×Kh×Kw, bias O (may be null). Output O×H'×W', H' = ⌊(H + 2·padding − Kh)/stride⌋ + 1.
struct Conv2d {
  Weights weight, bias;
  int stride = 1, padding = 0;
};
/// Inference-mode batch normalisation: gamma·(x − mean)/√(variance + epsilon) + beta, each of
/// length C.
struct BatchNorm2d {
  Weights gamma, beta, mean, variance;
  float epsilon = 1e-5F;
};
struct Relu {};
/// C×H×W → C·H·W in C order.
struct Flatten {};
/// weight O×I, bias O (may be null); input must be flat.
struct Linear {
  Weights weight, bias;
};
/// Sum of two inputs of equal shape.
struct Add {};
/// An activation function other than ReLU, value by value.
struct Activation {
  enum class Kind { kTanh, kSigmoid, kLeakyRelu, kElu, kGelu, kSilu, kSoftplus, kHardtanh };
  Kind kind = Kind::kTanh;
  /// LeakyReLU: the slope below 0; ELU: minus its limit; Hardtanh: its limit on both sides.
  float alpha = 1;
};
/// The largest or the mean value of square windows of every channel. Output C×H'×W', H' = ⌊(H +
/// before + after − kernel)/stride⌋ + 1. The padding is never the largest value, and is part of a
/// mean only with `counts_padding`.
struct Pool2d {
  enum class Kind { kMax, kMean };
  Kind kind = Kind::kMax;
  int kernel = 2, stride = 2, before = 0, after = 0;
  bool counts_padding = false;
};
/// Two or more inputs one after the other along their first axis; the other extents are equal.
struct Concat {};
/// Layer normalisation (Ba et al. 2016): gamma·(x − mean)/√(variance + epsilon) + beta. Either over
/// a whole sample, with gamma and beta of the input's shape; or, for pictures, over the channels of
/// each pixel, with one value of gamma and beta per channel.
struct LayerNorm {
  Weights gamma, beta;
  float epsilon = 1e-5F;
};
/// Flat logits → probabilities.
struct Softmax {};
/// The expectation of a categorical distribution (C51; Bellemare et al. 2017): logits of
/// actions·atoms values → softmax over atoms · support → one value per action.
struct ExpectedValue {
  Weights support;
};
/// Q = V + A − mean(A) (Wang et al. 2016, eq. 9); inputs: value (1), advantage (actions).
struct Dueling {};
/// The memory of a recurrent network: `size` values from the steps before, which a pass is given
/// (Observations::memory; zeros at the start of an episode). Derivatives end here. After the step
/// the memory is the output of the node called `next`.
struct State {
  std::int64_t size = 0;
  std::string next;
};
/// `count` values of a flat input, from `first` on.
struct Slice {
  std::int64_t first = 0, count = 0;
};
/// The product, value by value, of two inputs of one shape: a gate and the signal that it lets
/// through.
struct Gate {};
/// factor·x + shift, value by value, both of the input's shape: standardises an observation by the
/// statistics of training. It is not a layer that learns.
struct Affine {
  Weights factor, shift;
};

using AnyOp = std::variant<Input, Scale, Conv2d, BatchNorm2d, Relu, Flatten, Linear, Add,
                           ExpectedValue, Dueling, Activation, Pool2d, Concat, LayerNorm, Softmax,
                           State, Slice, Gate, Affine>;

/// Any of these. It is a class, so that copying, moving and destroying the alternatives is compiled
/// only once, in graph.cpp.
class Op : public AnyOp {
 public:
  template <typename T>
  requires(!std::is_same_v<std::remove_cvref_t<T>, Op>)
      Op(T&& op)  // NOLINT(google-explicit-constructor): every operation is one
      : AnyOp(std::in_place_type<std::remove_cvref_t<T>>, std::forward<T>(op)) {}
  Op();
  Op(const Op&);
  Op(Op&&) noexcept;
  Op& operator=(const Op&);
  Op& operator=(Op&&) noexcept;
  ~Op();
};

/// "Conv2d", "BatchNorm2d", … as PyTorch names them where it has the operation.
std::string_view op_name(const Op& op);
/// Whether its second derivative differs from zero anywhere.
bool is_curved(const Op& op);

struct Node {
  std::string name;  ///< unique; PyTorch's module name where there is one
  Op op;
  std::vector<int> inputs;  ///< indices of earlier nodes
  /// The critic of an actor-critic: a second output of one value. No other node needs to read it.
  bool is_value = false;
  /// The node is the output, and gives a policy's logits instead of action values.
  bool is_policy = false;
};

/// What a network's output holds: one number per action.
enum class OutputKind {
  kValues,         ///< action values: expected returns
  kLogits,         ///< a policy's: their softmax is how often it takes each action
  kProbabilities,  ///< a policy's, which sum to 1
};

/// "value", "logit" or "probability".
std::string_view output_name(OutputKind kind);
/// The same in the plural, for people: "action values", "a policy's logits" or "a policy's
/// probabilities".
std::string_view output_words(OutputKind kind);

/// A network: an immutable, validated list of nodes in topological order. The last node is the
/// output: one value per action. At most one other node is a critic's value of the state.
class Graph {
 public:
  /// Infers and checks all shapes. Throws Error that names the node, what was expected and what was
  /// found.
  explicit Graph(std::vector<Node> nodes);

  [[nodiscard]] std::span<const Node> nodes() const noexcept { return nodes_; }
  [[nodiscard]] const Node& node(int index) const {
    return nodes_.at(static_cast<std::size_t>(index));
  }
  [[nodiscard]] int size() const noexcept { return static_cast<int>(nodes_.size()); }
  [[nodiscard]] int output() const noexcept { return size() - 1; }
  /// The critic's output, where there is one.
  [[nodiscard]] std::optional<int> value() const noexcept { return value_; }
  /// Probabilities where the output is a Softmax. Logits where it is marked as a policy's or where
  /// the graph has a critic. Else action values.
  [[nodiscard]] OutputKind output_kind() const;
  /// Indices of all State nodes in order.
  [[nodiscard]] std::span<const int> states() const noexcept { return states_; }
  /// The node whose output is a State node's value in the next step.
  [[nodiscard]] int next_of(int state) const;
  /// How many values all State nodes hold together.
  [[nodiscard]] std::int64_t state_size() const;
  /// Shape of one sample of a node's output.
  [[nodiscard]] const Shape& shape(int index) const {
    return shapes_.at(static_cast<std::size_t>(index));
  }
  /// How many actions (values) the output has.
  [[nodiscard]] int actions() const { return static_cast<int>(shape(output()).count()); }
  /// The index of a node by name, or none.
  [[nodiscard]] std::optional<int> find(std::string_view name) const;
  /// Which nodes take `index` as an input.
  [[nodiscard]] std::span<const int> consumers(int index) const {
    return consumers_.at(static_cast<std::size_t>(index));
  }
  /// Indices of all Conv2d and BatchNorm2d nodes that the output depends on, in order: the layers
  /// that CAM methods choose from.
  [[nodiscard]] std::span<const int> spatial_layers() const noexcept { return spatial_layers_; }
  /// The same graph, but its spatial_layers() are those that `node` (for example a critic) depends
  /// on.
  [[nodiscard]] Graph with_layers_of(int node) const;
  /// By node: whether one of `nodes` depends on it. They themselves are included.
  [[nodiscard]] std::vector<bool> ancestors_of(std::span<const int> nodes) const;
  /// Number of weights (trainable and running statistics).
  [[nodiscard]] std::int64_t parameter_count() const;

 private:
  void find_layers_of(int node);
  void check_uses() const;

  std::vector<Node> nodes_;
  std::vector<Shape> shapes_;
  std::vector<std::vector<int>> consumers_;
  std::vector<int> spatial_layers_, states_;
  std::optional<int> value_;
};

template <typename T>
struct NamedTensor {
  std::string name;
  T tensor;
};

/// The weight tensors of an operation under PyTorch's names ("weight", "bias", "running_mean", …).
std::vector<NamedTensor<Weights>> weights_of(const Op& op);

}  // namespace arcadecam::nn
