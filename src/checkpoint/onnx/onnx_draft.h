#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::checkpoint::onnx {

// What ONNX has operators for and a graph has not. Only together with others do they make one of
// the graph's operations, which a pass finds (onnx_passes.h).

/// erf(x), value by value.
struct Erf {};
/// A vector or image plus one number, a vector plus one number for each value, or an image plus one
/// for each channel.
struct AddConstant {
  nn::Weights numbers;  ///< one dimension
};
/// The product of two inputs of one shape.
struct Product {};
/// Two inputs, a vector and a single number: their sum, and the vector less the number.
struct AddNumber {};
struct SubtractNumber {};
/// The mean of all values of a vector.
struct Mean {};
/// The mean over so many groups that a vector falls into: values q·n + a of all q, or a·groups + q.
struct GroupMean {
  std::int64_t groups;
  bool outermost;  ///< whether the groups are contiguous: the former
};
/// For a vector that is rows of `length` values each: their softmax; their product with one factor
/// for each value of a row; their sums.
struct RowSoftmax {
  std::int64_t length;
};
struct RowScale {
  nn::Weights factors;  ///< one dimension, the length
};
struct RowSum {
  std::int64_t length;
};
/// The normalisation of each value of a vector.
struct FlatBatchNorm {
  nn::BatchNorm2d norm;
};
/// log Σ exp x of a vector, and x less that: a policy's logits, normalised.
struct LogSumExp {};
struct LogSoftmax {};
/// The choice of the largest value of a vector.
struct Choice {};

template <typename T, typename... Types>
inline constexpr bool kIsOneOf = (std::is_same_v<T, Types> || ...);
/// Whether it is one of the above, and no operation of a graph.
template <typename T>
inline constexpr bool kIsDraftOnly =
    kIsOneOf<T, Erf, AddConstant, Product, AddNumber, SubtractNumber, Mean, GroupMean, RowSoftmax,
             RowScale, RowSum, FlatBatchNorm, LogSumExp, LogSoftmax, Choice>;

using AnyDraftOp =
    std::variant<nn::Op, Erf, AddConstant, Product, AddNumber, SubtractNumber, Mean, GroupMean,
                 RowSoftmax, RowScale, RowSum, FlatBatchNorm, LogSumExp, LogSoftmax, Choice>;

/// One of the above or any operation of a graph.
class DraftOp : public AnyDraftOp {
 public:
  template <typename T>
  requires(!std::is_same_v<std::remove_cvref_t<T>, DraftOp>)
      DraftOp(T&& op)  // NOLINT(google-explicit-constructor): every operation is one
      : AnyDraftOp(std::in_place_type<std::conditional_t<kIsDraftOnly<std::remove_cvref_t<T>>,
                                                         std::remove_cvref_t<T>, nn::Op>>,
                   std::forward<T>(op)) {}
};

/// An ONNX model operator by operator, before and while passes make a graph of it.
class Draft {
 public:
  struct Node {
    std::string name;
    DraftOp op;
    std::vector<int> inputs;  ///< indices of earlier nodes
    std::string origin;       ///< "Erf of node 'n'", for messages
    Shape shape{};            ///< of one sample
  };

  /// `held`: how many elements the file's weights have.
  explicit Draft(std::int64_t held = 0) : held_(held) {}

  /// Appends a node, whose name is made unique, and returns its index. Throws Error where the
  /// shapes of its inputs do not fit, and where the weights of all nodes are several times the
  /// file's.
  int append(Node node);
  /// Makes node `at` another operation of the same shape. It gets another name where one is given.
  void replace(int at, DraftOp op, std::vector<int> inputs, std::string_view name = {});

  [[nodiscard]] int size() const { return static_cast<int>(nodes_.size()); }
  [[nodiscard]] const Node& node(int at) const { return nodes_[static_cast<std::size_t>(at)]; }
  [[nodiscard]] const Shape& shape(int at) const { return node(at).shape; }
  [[nodiscard]] int input(int at, std::size_t k = 0) const { return node(at).inputs[k]; }
  /// The node's operation where it is an `Operation`, of a graph or a draft; else null.
  template <typename Operation>
  [[nodiscard]] const Operation* as(int at) const {
    const DraftOp& op = node(at).op;
    if constexpr (kIsDraftOnly<Operation>) {
      return std::get_if<Operation>(&op);
    } else {
      const auto* known = std::get_if<nn::Op>(&op);
      return known == nullptr ? nullptr : std::get_if<Operation>(known);
    }
  }
  template <typename Operation>
  [[nodiscard]] bool is(int at) const {
    return as<Operation>(at) != nullptr;
  }

  /// Which nodes these depend on. `next`: which node's output each state becomes.
  [[nodiscard]] std::vector<bool> leading_to(std::vector<int> nodes,
                                             const std::map<int, int>& next) const;
  /// What of the nodes a network puts out.
  struct Outputs {
    int actions;                ///< what plays
    bool policy = false;        ///< whether it is a policy's logits
    int critic = -1;            ///< the state's value, or negative
    std::map<int, int> next{};  ///< which node's output each state becomes
  };
  /// The nodes that these depend on, what plays last. Throws Error naming the operator where one of
  /// them is none of a graph's.
  [[nodiscard]] nn::Graph graph(const Outputs& outputs) const;

 private:
  void count_weights(const DraftOp& op);
  std::string unique(std::string_view name);

  std::vector<Node> nodes_;
  std::set<std::string, std::less<>> names_;
  std::map<std::string, int, std::less<>> numbers_;  ///< the last one that made a name unique
  std::int64_t held_, made_ = 0;
};

}  // namespace arcadecam::checkpoint::onnx
