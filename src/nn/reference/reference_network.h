#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "arcadecam/nn/graph.h"
#include "arcadecam/nn/rules.h"

namespace arcadecam::nn {

/// One sample through a graph in plain loops of T (float or double), every activation and gradient
/// kept: slow and obviously right. The reference engine and the tests' central differences run on
/// it.
template <typename T>
class ReferenceNetwork {
 public:
  explicit ReferenceNetwork(std::shared_ptr<const Graph> graph);

  /// `input`: one sample in C order.
  void forward(std::span<const T> input);
  /// Gives a node its output, for compute().
  void set_activation(int node, std::span<const T> values);
  /// Computes these nodes, in the graph's order, from what their inputs hold.
  void compute(std::span<const int> nodes);
  /// `output_gradient`: one value per action; `inner_gradient` enters at `node` as well. Gradients
  /// of all nodes follow, or what other rules carry there.
  void backward(std::span<const T> output_gradient, int node = -1,
                std::span<const T> inner_gradient = {}, const RuleMap& rules = {});

  [[nodiscard]] std::span<const T> activation(int node) const { return activations_[at(node)]; }
  [[nodiscard]] std::span<const T> gradient(int node) const { return gradients_[at(node)]; }
  [[nodiscard]] std::span<const T> output() const { return activation(graph_->output()); }
  [[nodiscard]] const std::shared_ptr<const Graph>& graph() const { return graph_; }

 private:
  static std::size_t at(int node) { return static_cast<std::size_t>(node); }

  std::shared_ptr<const Graph> graph_;
  std::vector<std::vector<T>> activations_, gradients_;
};

}  // namespace arcadecam::nn
