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

/// The observation: C×H×W values 0…255, or any other shape. Exactly one a graph, its first node.
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
  enum class Kind { kTanh, kSigmoid, kLeakyRelu, kElu, kGelu, kSilu, kSoftplus };
  Kind kind = Kind::kTanh;
  float alpha = 1;  ///< LeakyReLU: the slope below 0; ELU: minus its limit
};
/// The largest or the mean value of square windows of every channel. Output C×H'×W', H' = ⌊(H +
/// before + after − kernel)/stride⌋ + 1. The padding is no candidate for the largest value, and no
/// part of a mean unless `counts_padding`.
struct Pool2d {
  enum class Kind { kMax, kMean };
  Kind kind = Kind::kMax;
  int kernel = 2, stride = 2, before = 0, after = 0;
  bool counts_padding = false;
};
/// Two or more inputs one after the other along their first axis; the other extents are equal.
struct Concat {};
/// Layer normalisation (Ba et al. 2016) over a whole sample: gamma·(x − mean)/√(variance + epsilon)
/// + beta, gamma and beta of the input's shape.
struct LayerNorm {
  Weights gamma, beta;
  float epsilon = 1e-5F;
};
/// Flat logits → probabilities.
struct Softmax {};
/// The expectation of a categorical distribution (C51; Bellemare et al. 2017): logits of
/// actions·atoms values → softmax over atoms · support → one value an action.
struct ExpectedValue {
  Weights support;
};
/// Q = V + A − mean(A) (Wang et al. 2016, eq. 9); inputs: value (1), advantage (actions).
struct Dueling {};

using Op = std::variant<Input, Scale, Conv2d, BatchNorm2d, Relu, Flatten, Linear, Add,
                        ExpectedValue, Dueling, Activation, Pool2d, Concat, LayerNorm, Softmax>;

/// "Conv2d", "BatchNorm2d", … as PyTorch names them where it has the operation.
std::string_view op_name(const Op& op);
/// Whether its second derivative is not zero everywhere it exists.
bool is_curved(const Op& op);

struct Node {
  std::string name;  ///< unique; PyTorch's module name where there is one
  Op op;
  std::vector<int> inputs;  ///< indices of earlier nodes
};

/// What a network is: an immutable, validated list of nodes in topological order. The last node is
/// the output: one value an action.
class Graph {
 public:
  /// Infers and checks all shapes. Throws Error naming the node, what came and what was expected.
  explicit Graph(std::vector<Node> nodes);

  [[nodiscard]] std::span<const Node> nodes() const noexcept { return nodes_; }
  [[nodiscard]] const Node& node(int index) const {
    return nodes_.at(static_cast<std::size_t>(index));
  }
  [[nodiscard]] int size() const noexcept { return static_cast<int>(nodes_.size()); }
  [[nodiscard]] int output() const noexcept { return size() - 1; }
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
  /// Indices of all Conv2d and BatchNorm2d nodes in order: the layers that CAM methods choose from.
  [[nodiscard]] std::span<const int> spatial_layers() const noexcept { return spatial_layers_; }
  /// Number of weights (trainable and running statistics).
  [[nodiscard]] std::int64_t parameter_count() const;

 private:
  std::vector<Node> nodes_;
  std::vector<Shape> shapes_;
  std::vector<std::vector<int>> consumers_;
  std::vector<int> spatial_layers_;
};

template <typename T>
struct NamedTensor {
  std::string name;
  T tensor;
};

/// The weight tensors of an operation under PyTorch's names ("weight", "bias", "running_mean", …).
std::vector<NamedTensor<Weights>> weights_of(const Op& op);

}  // namespace arcadecam::nn
