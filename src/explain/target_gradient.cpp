#include "arcadecam/explain/target_gradient.h"

#include <algorithm>

namespace arcadecam::explain {

TargetGradient::TargetGradient(const nn::Graph& graph) : graph_(graph), node_(target_node(graph)) {}

nn::OutputGradient TargetGradient::of(const nn::Tape& tape, std::span<const Target> targets) {
  output_.resize(tape.output().shape());
  std::ranges::fill(output_.values(), 0.0F);
  nn::OutputGradient gradient(output_.view());
  for (std::int64_t n = 0; n < tape.batch(); ++n) {
    const Target& target = targets[static_cast<std::size_t>(n)];
    const Outputs outputs{graph_, tape, n};
    if (!target.enters_before_output(graph_)) {
      target.gradient(outputs, output_[n].values());
      continue;
    }
    if (gradient.node < 0) {
      inner_.resize(graph_.shape(node_).batch_of(tape.batch()));
      std::ranges::fill(inner_.values(), 0.0F);
      gradient = {output_.view(), node_, inner_.view()};
    }
    target.gradient(outputs, inner_[n].values());
  }
  return gradient;
}

}  // namespace arcadecam::explain
