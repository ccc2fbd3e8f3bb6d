#include "nn/reference_rules.h"

#include <algorithm>

namespace arcadecam::nn {

template <typename T>
bool carried_by_rule(const ReferenceContext<T>& c, const RuleMap& rules) {
  const Rule& rule = rules.at(c.node);
  if (rules.relevance()) {
    carry_relevance(c, rule);
    return true;
  }
  if (!std::holds_alternative<Relu>(c.graph.node(c.node).op)) return false;
  if (std::holds_alternative<rule::Gradient>(rule)) return false;
  const bool guided = std::holds_alternative<rule::Guided>(rule);
  for (std::int64_t i = 0; i < c.shape().count(); ++i) {
    if (guided && c.x()[i] <= 0) continue;
    c.gx()[i] += std::max(c.gy()[i], T{0});
  }
  return true;
}

template bool carried_by_rule(const ReferenceContext<float>&, const RuleMap&);
template bool carried_by_rule(const ReferenceContext<double>&, const RuleMap&);

}  // namespace arcadecam::nn
