#include "episode/distributions.h"

#include <algorithm>
#include <cmath>
#include <variant>

namespace arcadecam::episode {

Distributions::Distributions(const nn::Graph& graph) {
  const nn::Node& last = graph.node(graph.output());
  const auto* const expected = std::get_if<nn::ExpectedValue>(&last.op);
  if (expected == nullptr) return;
  const auto support = expected->support->values();
  atoms_.assign(support.begin(), support.end());
  watch_.activations = {last.inputs.at(0)};
  probabilities_.resize(Shape{graph.actions(), std::ssize(atoms_)});
}

Shape Distributions::shape() const {
  return atoms_.empty() ? Shape{0} : probabilities_.shape();
}

TensorView Distributions::read(const nn::Tape& tape) {
  if (atoms_.empty()) return {};
  const float* logits = tape.activation(watch_.activations[0]).data();
  const std::size_t atoms = atoms_.size();
  for (std::int64_t a = 0; a < probabilities_.shape()[0]; ++a, logits += atoms) {
    float* const row = probabilities_.data() + a * probabilities_.shape()[1];
    const float largest = *std::max_element(logits, logits + atoms);
    float sum = 0;
    for (std::size_t i = 0; i < atoms; ++i) sum += row[i] = std::exp(logits[i] - largest);
    for (std::size_t i = 0; i < atoms; ++i) row[i] /= sum;
  }
  return probabilities_.view();
}

}  // namespace arcadecam::episode
