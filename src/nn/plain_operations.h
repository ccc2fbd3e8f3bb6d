#pragma once

#include <concepts>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::nn {

// Operations that cost little beside convolutions and linear layers: every engine computes them by
// the same loops, on samples in C order, in its own precision.

template <typename Operation>
concept PlainOperation = std::same_as<Operation, Activation> || std::same_as<Operation, Pool2d> ||
    std::same_as<Operation, Concat> || std::same_as<Operation, LayerNorm> ||
    std::same_as<Operation, Softmax> || std::same_as<Operation, Slice> ||
    std::same_as<Operation, Gate> || std::same_as<Operation, Affine>;

[[nodiscard]] bool is_plain(const Op& op);

/// One sample at one node, everything in C order.
template <typename T>
struct PlainSample {
  const Graph& graph;
  int node;
  std::vector<const T*> x;  ///< the inputs' values
  T* y;                     ///< the node's value
  const T* gy;              ///< what arrived at the node
  std::vector<T*> gx;       ///< where it is added; null where nobody wants it

  [[nodiscard]] const Shape& shape() const { return graph.shape(node); }
  [[nodiscard]] const Shape& input_shape(std::size_t k = 0) const {
    return graph.shape(graph.node(node).inputs[k]);
  }
};

/// f(x) and f'(x). The derivative at a kink is that from below.
template <typename T>
T value_of(const Activation& op, T x);
template <typename T>
T slope_of(const Activation& op, T x);

/// Computes the node's value. `op` is one of the plain operations.
template <typename T>
void plain_forward(const Op& op, const PlainSample<T>& sample);
/// Adds the gradient that arrived, by the chain rule.
template <typename T>
void plain_backward(const Op& op, const PlainSample<T>& sample);
/// Adds the relevance that arrived: an activation function and an affine map pass it on, a maximum
/// to the place it came from, a mean and a normalisation (whose deviation counts as a constant, Ali
/// et al. 2022) in proportion to the contributions, a softmax in proportion to logit times
/// derivative, a product all to its signal and nothing to its gate (Arras et al. 2017, §2.2).
/// `bias`: see RuleMap.
template <typename T>
void plain_relevance(const Op& op, const PlainSample<T>& sample, bool bias);

/// Adds what arrived, carried by DeepLIFT's rescale rule; `baseline` is the function's input there.
template <typename T>
void plain_rescale(const Activation& op, const float* baseline, const PlainSample<T>& sample);
/// The same of a maximum (the mean is linear).
template <typename T>
void plain_rescale(const Pool2d& op, const float* baseline, const PlainSample<T>& sample);
/// The same of a product: Δ(g·s) = Δg·(s + s₀)/2 + Δs·(g + g₀)/2 (its Shapley values; Lundberg &
/// Lee 2017 so extend DeepLIFT to products). `gate` and `signal` are the baseline's.
template <typename T>
void plain_rescale(const Gate& op, const float* gate, const float* signal,
                   const PlainSample<T>& sample);

}  // namespace arcadecam::nn
