#include "arcadecam/nn/rules.h"

#include <algorithm>

namespace arcadecam::nn {

bool carries_relevance(const Rule& rule) noexcept {
  return !std::holds_alternative<rule::Gradient>(rule) &&
         !std::holds_alternative<rule::Guided>(rule) &&
         !std::holds_alternative<rule::Deconvolution>(rule) &&
         !std::holds_alternative<rule::Rescale>(rule);
}

bool is_rescaled(const Op& op) noexcept {
  const auto* pool = std::get_if<Pool2d>(&op);
  return std::holds_alternative<Relu>(op) || std::holds_alternative<Activation>(op) ||
         std::holds_alternative<ExpectedValue>(op) || std::holds_alternative<Gate>(op) ||
         (pool != nullptr && pool->kind == Pool2d::Kind::kMax);
}

bool RuleMap::empty() const noexcept {
  const auto plain = [](const Rule& rule) { return std::holds_alternative<rule::Gradient>(rule); };
  return plain(otherwise) && std::all_of(nodes.begin(), nodes.end(),
                                         [&](const NodeRule& entry) { return plain(entry.rule); });
}

bool RuleMap::relevance() const noexcept {
  return carries_relevance(otherwise) ||
         std::any_of(nodes.begin(), nodes.end(),
                     [](const NodeRule& entry) { return carries_relevance(entry.rule); });
}

const Rule& RuleMap::at(int node) const noexcept {
  for (const NodeRule& entry : nodes) {
    if (entry.node == node) return entry.rule;
  }
  return otherwise;
}

}  // namespace arcadecam::nn
