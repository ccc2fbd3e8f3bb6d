#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::nn {

/// How a backward pass carries what arrives at a node's output to the node's inputs. Plain data:
/// what is carried, where a rule is placed and how often a pass runs stay apart. g is what arrives,
/// x the node's input, z its output.
/// A baseline input's activations, one sample a node; empty where a rule does not read them.
using Baseline = std::vector<Tensor>;

namespace rule {

/// The chain rule.
struct Gradient {
  friend bool operator==(const Gradient&, const Gradient&) = default;
};
/// ReLU: max(g, 0) where x > 0, else 0 (Springenberg et al. 2015).
struct Guided {
  friend bool operator==(const Guided&, const Guided&) = default;
};
/// ReLU: max(g, 0) whatever x is (Zeiler & Fergus 2014).
struct Deconvolution {
  friend bool operator==(const Deconvolution&, const Deconvolution&) = default;
};
/// DeepLIFT's rescale rule (Shrikumar et al. 2017, §3.5.1), Δ the difference from the baseline.
/// ReLU and other activation functions: g·Δz/Δx, the derivative where |Δx| < 1e-10. Operations
/// whose outputs have many inputs get what makes the parts g·Δx sum to g·Δz here too: ExpectedValue
/// the derivative's mean on the straight line from the baseline's logits to x; a maximum Δz/Δx at
/// one place, that of the largest x where z rose and of the baseline's largest where it fell (as
/// Captum and SHAP); a product see plain_rescale(). Reads the baseline at these nodes' inputs. Two
/// such rules are the same when they share one baseline.
struct Rescale {
  std::shared_ptr<const Baseline> baseline;
  friend bool operator==(const Rescale&, const Rescale&) = default;
};

// Relevance rules, of convolutions and linear layers: z_j = Σ_i x_i·w_ij + b_j. What is carried is
// relevance: R_j at output j, of which input i receives the share stated. `bias`: whether the bias
// takes its own share (which is then lost), or is left out of the sum.

/// x_i·w_ij / (z_j + epsilon·sign z_j) (Bach et al. 2015, eq. 58).
struct Epsilon {
  float epsilon = 1e-6F;
  bool bias = true;
  friend bool operator==(const Epsilon&, const Epsilon&) = default;
};
/// Contributions x_i·w_ij that agree with the sign of z_j count 1 + gamma times (Montavon et al.
/// 2019, §10.2.1; for inputs and outputs below zero as Andéol et al. 2021).
struct Gamma {
  float gamma = 0.25F;
  bool bias = true;
  friend bool operator==(const Gamma&, const Gamma&) = default;
};
/// alpha times the share of the positive contributions in their sum minus beta times that of the
/// negative ones (Bach et al. 2015, eq. 60); alpha 1, beta 0 is z⁺.
struct AlphaBeta {
  float alpha = 1, beta = 0;
  bool bias = true;
  friend bool operator==(const AlphaBeta&, const AlphaBeta&) = default;
};
/// Every input that the output sees gets the same share (Lapuschkin et al. 2019).
struct Flat {
  friend bool operator==(const Flat&, const Flat&) = default;
};
/// w_ij² / Σ w_i'j² (Montavon et al. 2017, eq. 10).
struct WSquare {
  friend bool operator==(const WSquare&, const WSquare&) = default;
};
/// z^B for inputs between `low` and `high`: (x_i − low)·w_ij⁺ + (x_i − high)·w_ij⁻, over its sum
/// (Montavon et al. 2017, eq. 14).
struct ZBox {
  float low = 0, high = 1;
  friend bool operator==(const ZBox&, const ZBox&) = default;
};
/// The input with the largest x_i·w_ij gets everything; among equals the first in the order of the
/// weights (Huber, Schiller & André 2019, eq. 3).
struct Argmax {
  friend bool operator==(const Argmax&, const Argmax&) = default;
};

}  // namespace rule

using Rule =
    std::variant<rule::Gradient, rule::Guided, rule::Deconvolution, rule::Rescale, rule::Epsilon,
                 rule::Gamma, rule::AlphaBeta, rule::Flat, rule::WSquare, rule::ZBox, rule::Argmax>;

/// Whether a rule carries relevance rather than a gradient.
bool carries_relevance(const Rule& rule) noexcept;
/// Whether the rescale rule and the chain rule differ for this operation.
bool is_rescaled(const Op& op) noexcept;

/// The rule of one node.
struct NodeRule {
  int node;
  Rule rule;
  friend bool operator==(const NodeRule&, const NodeRule&) = default;
};

/// One backward pass's rules: of gradients or of relevance, never both.
///
/// A relevance pass starts with R = z·(derivative of the target) where the target's gradient
/// enters, and needs a rule for every convolution and linear layer. A batch normalisation right
/// behind a convolution that nothing else reads is merged into it: R passes, and the convolution's
/// rule sees the weights of both. So is one right in front of a convolution or of a linear layer,
/// which alone reads it; what its shift adds counts as the layer's bias. Elsewhere a normalisation
/// is an Epsilon layer, or without `bias` passes R on (the identity rule of Achtibat et al. 2024,
/// arXiv:2402.05602). Scale, ReLU and Flatten pass R on; Add and Dueling give every term its share
/// of the sum; a sum of two linear layers (a recurrent cell's W x + U h) is one layer of both
/// inputs. ExpectedValue gives logit l_k the share l_k·∂Q/∂l_k / Q, Q's first-order expansion:
/// these shares do not sum to 1, and what is conserved from there on is Σ l_k·∂Q/∂l_k.
struct RuleMap {
  Rule otherwise;               ///< for the nodes that it fits and that are not listed
  std::vector<NodeRule> nodes;  ///< rules of single nodes
  /// For relevance: whether the constants of sums and normalisations outside of layers take their
  /// share, which is then lost. Layers have their own say.
  bool bias = true;

  /// The plain gradient.
  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] bool relevance() const noexcept;
  [[nodiscard]] const Rule& at(int node) const noexcept;
  friend bool operator==(const RuleMap&, const RuleMap&) = default;
};

/// One backward pass by rules and the nodes whose carried values it leaves on its tape.
struct RulePass {
  RuleMap rules;
  std::vector<int> watched;
  friend bool operator==(const RulePass&, const RulePass&) = default;
};

}  // namespace arcadecam::nn
