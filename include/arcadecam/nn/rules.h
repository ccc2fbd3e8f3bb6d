#pragma once

#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::nn {

/// How a backward pass carries what arrives at a node's output to the node's inputs. Plain data:
/// what is carried, where a rule is placed and how often a pass runs stay apart. g is what arrives,
/// x the node's input, z its output.
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

}  // namespace rule

using Rule = std::variant<rule::Gradient, rule::Guided, rule::Deconvolution>;

/// The rule of one node.
struct NodeRule {
  int node;
  Rule rule;
  friend bool operator==(const NodeRule&, const NodeRule&) = default;
};

/// One backward pass's rules.
struct RuleMap {
  Rule otherwise;               ///< for the nodes that it fits and that are not listed
  std::vector<NodeRule> nodes;  ///< rules of single nodes

  /// The plain gradient.
  [[nodiscard]] bool empty() const noexcept;
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
