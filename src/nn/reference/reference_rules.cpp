#include "nn/reference/reference_rules.h"

#include <algorithm>
#include <cmath>

#include "nn/mean_derivative.h"

namespace arcadecam::nn {
namespace {

constexpr double kSmallestDifference = 1e-10;

template <typename T>
void rescale_relu(const ReferenceContext<T>& c, const Tensor& baseline) {
  for (std::int64_t i = 0; i < c.shape().count(); ++i) {
    const T x = c.x()[i], from = baseline.data()[i];
    T slope = x > 0 ? T{1} : T{0};
    if (std::abs(x - from) >= kSmallestDifference)
      slope = (std::max(x, T{0}) - std::max(from, T{0})) / (x - from);
    c.gx()[i] += slope * c.gy()[i];
  }
}

template <typename T>
void rescale_expectation(const ReferenceContext<T>& c, const ExpectedValue& op,
                         const Tensor& baseline) {
  const std::int64_t atoms = op.support->size();
  std::vector<float> logits(c.x(), c.x() + c.input_shape().count());
  std::vector<double> mean(static_cast<std::size_t>(atoms));
  for (std::int64_t a = 0; a < c.shape().count(); ++a) {
    if (c.gy()[a] == 0) continue;
    mean_derivative(op, baseline.data() + a * atoms, logits.data() + a * atoms, mean);
    for (std::int64_t k = 0; k < atoms; ++k)
      c.gx()[a * atoms + k] += static_cast<T>(mean[static_cast<std::size_t>(k)]) * c.gy()[a];
  }
}

}  // namespace

template <typename T>
bool carried_by_rule(const ReferenceContext<T>& c, const RuleMap& rules) {
  const Rule& rule = rules.at(c.node);
  const Op& op = c.graph.node(c.node).op;
  if (rules.relevance()) {
    carry_relevance(c, rule, rules.bias);
    return true;
  }
  const auto* rescale = std::get_if<rule::Rescale>(&rule);
  const auto* value = std::get_if<ExpectedValue>(&op);
  if (rescale != nullptr && value != nullptr) {
    rescale_expectation(c, *value, (*rescale->baseline)[static_cast<std::size_t>(c.input_node(0))]);
    return true;
  }
  const auto* activation = std::get_if<Activation>(&op);
  if (rescale != nullptr && activation != nullptr) {
    const auto input = static_cast<std::size_t>(c.input_node(0));
    plain_rescale(*activation, (*rescale->baseline)[input].data(), plain_sample(c));
    return true;
  }
  const auto* pool = std::get_if<Pool2d>(&op);
  if (rescale != nullptr && pool != nullptr && is_rescaled(op)) {
    const auto input = static_cast<std::size_t>(c.input_node(0));
    plain_rescale(*pool, (*rescale->baseline)[input].data(), plain_sample(c));
    return true;
  }
  const auto* gate = std::get_if<Gate>(&op);
  if (rescale != nullptr && gate != nullptr) {
    const auto from = [&](int k) {
      return (*rescale->baseline)[static_cast<std::size_t>(c.input_node(k))].data();
    };
    plain_rescale(*gate, from(0), from(1), plain_sample(c));
    return true;
  }
  if (!std::holds_alternative<Relu>(op)) return false;
  if (std::holds_alternative<rule::Gradient>(rule)) return false;
  if (rescale != nullptr) {
    rescale_relu(c, (*rescale->baseline)[static_cast<std::size_t>(c.input_node(0))]);
    return true;
  }
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
