#include "episode/distributions.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "core/softmax.h"

namespace arcadecam::episode {

Distributions::Distributions(const nn::Graph& graph) : actions_(graph.actions()) {
  const nn::Node& last = graph.node(graph.output());
  const auto* const expected = std::get_if<nn::ExpectedValue>(&last.op);
  if (expected == nullptr) return;
  const auto support = expected->support->values();
  atoms_.assign(support.begin(), support.end());
  watch_.activations = {last.inputs.at(0)};
}

Shape Distributions::shape() const {
  return atoms_.empty() ? Shape{0} : Shape{actions_, std::ssize(atoms_)};
}

void Distributions::read(const nn::Tape& tape, std::int64_t samples) {
  if (atoms_.empty()) return;
  probabilities_.resize(shape().batch_of(samples));
  const float* logits = tape.activation(watch_.activations[0]).data();
  const std::size_t atoms = atoms_.size();
  float* row = probabilities_.data();
  for (std::int64_t a = 0; a < samples * actions_; ++a, logits += atoms, row += atoms) {
    softmax(logits, atoms, row);
  }
}

TensorView Distributions::of(std::int64_t sample) const {
  if (atoms_.empty()) return {};
  return probabilities_[sample];
}

}  // namespace arcadecam::episode
