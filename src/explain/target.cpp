#include "arcadecam/explain/target.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcadecam/core/error.h"
#include "arcadecam/nn/graph.h"
#include "core/softmax.h"
#include "explain/return_distribution.h"

namespace arcadecam::explain {
namespace {

const nn::Op& output_op(const nn::Graph& graph) {
  return graph.node(graph.output()).op;
}

}  // namespace

std::span<const float> Outputs::values() const {
  return tape.output()[sample].values();
}

int target_node(const nn::Graph& graph) {
  if (graph.value()) return *graph.value();
  const nn::Op& op = output_op(graph);
  const bool has_one =
      std::holds_alternative<nn::Dueling>(op) || std::holds_alternative<nn::ExpectedValue>(op);
  return has_one ? graph.node(graph.output()).inputs.front() : -1;
}

Target Target::action(int index) {
  if (index < 0) throw bad_usage("target action {}: actions count from 0", index);
  return {Question::kAction, index};
}

Target Target::finer(int action, double alpha) {
  Target target(Question::kFiner, action);
  target.alpha_ = alpha;
  return target;
}

void Target::check(const nn::Graph& graph) const {
  for (const int named : {action_, other_}) {
    if (named >= graph.actions()) {
      throw bad_usage("target '{}': the network has actions 0 to {}", text(), graph.actions() - 1);
    }
  }
  if (question_ == Question::kLinear && std::ssize(weights_) != graph.actions()) {
    throw bad_usage("target '{}': expected one weight for each of {} actions, found {}", text(),
                    graph.actions(), weights_.size());
  }
  if ((question_ == Question::kMargin || question_ == Question::kFiner) && graph.actions() < 2) {
    throw bad_usage("target '{}': a comparison needs two actions, the network has one", text());
  }
  if (!of_distribution()) return;
  const auto* distribution = std::get_if<nn::ExpectedValue>(&output_op(graph));
  if (distribution == nullptr) {
    throw bad_usage("target '{}': the network has no return distribution, only action values",
                    text());
  }
  if (atom_ >= distribution->support->size()) {
    throw bad_usage("target '{}': the distribution has atoms 0 to {}", text(),
                    distribution->support->size() - 1);
  }
}

Target Target::of_choice(int action) const {
  Target result = *this;
  if (action_ == kChosen) result.action_ = action;
  return result;
}

Target Target::resolved(std::span<const float> values) const {
  Target result = *this;
  // The state's value is the best action's in every state; a combination names all its actions.
  if (question_ == Question::kValue || question_ == Question::kLinear) return result;
  result.action_ = resolve(values);
  if (question_ == Question::kMargin) result.other_ = other(values);
  return result;
}

int Target::resolve(std::span<const float> values) const {
  if (action_ < 0) return argmax(values);
  if (action_ >= std::ssize(values)) {
    throw bad_usage("target '{}': the network has actions 0 to {}", text(), values.size() - 1);
  }
  return action_;
}

int Target::other(std::span<const float> values) const {
  if (other_ != kRunnerUp) return other_;
  const int action = resolve(values);
  int best = action == 0 ? 1 : 0;
  for (int a = 0; a < std::ssize(values); ++a) {
    if (a != action && values[static_cast<std::size_t>(a)] > values[static_cast<std::size_t>(best)])
      best = a;
  }
  return best;
}

bool Target::enters_before_output(const nn::Graph& graph) const {
  return of_distribution() ||
         (question_ == Question::kValue &&
          (graph.value() || std::holds_alternative<nn::Dueling>(output_op(graph))));
}

nn::Watch Target::watch(const nn::Graph& graph) const {
  nn::Watch watch;
  const int node = target_node(graph);
  if (node >= 0 && (!graph.value() || enters_before_output(graph)))
    watch.activations.push_back(node);
  return watch;
}

bool Target::saturated(const Outputs& outputs) const {
  constexpr double kSmallest = 1e-4;  // of p·(1 − p), which every derivative of p holds
  if (question_ != Question::kProbability && question_ != Question::kAtomProbability) return false;
  const double probability = value_of(outputs);
  return probability * (1 - probability) < kSmallest;
}

bool Target::is_curved(const nn::Graph& graph) const {
  if (question_ == Question::kAtomLogit) return false;
  const auto bends = [](const nn::Node& node) { return nn::is_curved(node.op); };
  return question_ == Question::kProbability || question_ == Question::kFiner ||
         std::ranges::any_of(graph.nodes(), bends);
}

double Target::value_of(const Outputs& outputs) const {
  if (of_distribution()) return of_distribution(outputs, {});
  if (enters_before_output(outputs.graph)) {
    return outputs.tape.activation(target_node(outputs.graph))[outputs.sample].data()[0];
  }
  return of_values(outputs, {});
}

void Target::gradient(const Outputs& outputs, std::span<float> gradient) const {
  if (of_distribution()) {
    of_distribution(outputs, gradient);
  } else if (enters_before_output(outputs.graph)) {
    gradient[0] = 1;
  } else {
    of_values(outputs, gradient);
  }
}

double Target::of_distribution(const Outputs& outputs, std::span<float> gradient) const {
  check(outputs.graph);
  const Tensor& support = *std::get<nn::ExpectedValue>(output_op(outputs.graph)).support;
  const auto atoms = static_cast<std::size_t>(support.size());
  const auto first = static_cast<std::size_t>(resolve(outputs.values())) * atoms;
  std::ranges::fill(gradient, 0.0F);
  const ReturnDistribution distribution(
      outputs.tape.activation(target_node(outputs.graph))[outputs.sample].values().subspan(first,
                                                                                           atoms),
      support.values(), gradient.empty() ? gradient : gradient.subspan(first, atoms));
  const auto atom = static_cast<std::size_t>(atom_);
  switch (question_) {
    case Question::kAtomLogit:
      return distribution.logit(atom);
    case Question::kAtomProbability:
      return distribution.probability(atom);
    case Question::kEntropy:
      return distribution.entropy();
    case Question::kLowerTail:
      return distribution.lower_tail(share_);
    default:
      return distribution.upper_tail(share_);
  }
}

double Target::of_values(const Outputs& outputs, std::span<float> gradient) const {
  const std::span<const float> values = outputs.values();
  if (question_ == Question::kFiner) return against_similar(values, gradient);
  const auto at = static_cast<std::size_t>(resolve(values));
  const auto set = [&](std::size_t action, float derivative) {
    if (!gradient.empty()) gradient[action] = derivative;
  };
  std::ranges::fill(gradient, 0.0F);
  switch (question_) {
    case Question::kMargin: {
      const auto subtracted = static_cast<std::size_t>(other(values));
      if (subtracted == at) return 0;
      set(at, 1);
      set(subtracted, -1);
      return static_cast<double>(values[at]) - values[subtracted];
    }
    case Question::kAdvantage: {
      const auto actions = static_cast<float>(values.size());
      std::ranges::fill(gradient, -1 / actions);
      set(at, 1 - 1 / actions);
      return values[at] - std::accumulate(values.begin(), values.end(), 0.0) / actions;
    }
    case Question::kLinear:
      for (std::size_t a = 0; a < weights_.size(); ++a) set(a, weights_[a]);
      return std::inner_product(weights_.begin(), weights_.end(), values.begin(), 0.0);
    case Question::kProbability: {
      if (outputs.graph.output_kind() == nn::OutputKind::kProbabilities) {
        set(at, 1);
        return values[at];
      }
      std::vector<double> p(values.size());
      softmax(values.data(), values.size(), p.data());
      for (std::size_t a = 0; a < values.size(); ++a)
        set(a, static_cast<float>(p[at] * ((a == at ? 1 : 0) - p[a])));
      return p[at];
    }
    default:
      set(at, 1);
      return values[at];
  }
}

double Target::against_similar(std::span<const float> values, std::span<float> gradient) const {
  constexpr double kEpsilon = 1e-9;  // pytorch-grad-cam's
  constexpr std::size_t kCompared = 3;
  const std::size_t actions = values.size(), at = static_cast<std::size_t>(resolve(values));
  // The softmax of all values, and how far each lies from the asked one's.
  std::vector<double> p(actions), distance(actions);
  softmax(values.data(), actions, p.data());
  for (std::size_t a = 0; a < actions; ++a)
    distance[a] = std::abs(static_cast<double>(values[a]) - values[at]);
  std::vector<std::size_t> others;
  for (std::size_t a = 0; a < actions; ++a) {
    if (a != at) others.push_back(a);
  }
  std::ranges::stable_sort(others, {}, [&](std::size_t a) { return distance[a]; });
  others.resize(std::min(others.size(), kCompared));

  double mass = 0, weighted = 0;
  for (const std::size_t a : others) {
    mass += p[a];
    weighted += p[a] * (values[at] - alpha_ * values[a]);
  }
  const double divisor = mass + kEpsilon, value = weighted / divisor;
  if (gradient.empty()) return value;
  // ∂p_i/∂q_j = p_i (δ_ij − p_j), in numerator and denominator.
  for (std::size_t a = 0; a < actions; ++a)
    gradient[a] = static_cast<float>((-p[a] * weighted + value * p[a] * mass) / divisor);
  gradient[at] += static_cast<float>(mass / divisor);
  for (const std::size_t a : others) {
    const double difference = values[at] - alpha_ * values[a];
    gradient[a] += static_cast<float>(p[a] * (difference - alpha_ - value) / divisor);
  }
  return value;
}

int argmax(std::span<const float> values) {
  return static_cast<int>(std::ranges::max_element(values) - values.begin());
}

}  // namespace arcadecam::explain
