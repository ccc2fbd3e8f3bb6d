#include "nn/checks.h"

#include "arcadecam/core/error.h"

namespace arcadecam::nn {
namespace {

void check_node(const Graph& graph, int node) {
  if (node < 0 || node >= graph.size()) {
    throw bad_input("network node {} does not exist: the network has {}", node, graph.size());
  }
}

bool fits(const Rule& rule, const Op& op) {
  return std::holds_alternative<rule::Gradient>(rule) || std::holds_alternative<Relu>(op);
}

}  // namespace

void check_observations(const Graph& graph, const Observations& observations) {
  const Shape& shape =
      std::visit([](const auto& view) -> const Shape& { return view.shape(); }, observations);
  if (shape.rank() < 2 || shape[0] < 1 || shape.inner() != graph.shape(0)) {
    throw bad_input("observations of shape N×{} were expected, found {}", to_string(graph.shape(0)),
                    to_string(shape));
  }
}

void check_output_gradient(const Graph& graph, std::int64_t batch, const OutputGradient& gradient) {
  const Shape expected = graph.shape(graph.output()).batch_of(batch);
  if (batch == 0 || gradient.output.shape() != expected) {
    throw bad_input("an output gradient of shape {} was expected (run forward first), found {}",
                    to_string(expected), to_string(gradient.output.shape()));
  }
  if (gradient.node < 0) return;
  if (gradient.node >= graph.output() || graph.shape(gradient.node).rank() != 1 ||
      gradient.inner.shape() != graph.shape(gradient.node).batch_of(batch)) {
    throw bad_input(
        "a gradient of shape {} at network node {}: expected a flat node before {} and "
        "a gradient of its shape",
        to_string(gradient.inner.shape()), gradient.node, graph.output());
  }
}

void check_watch(const Graph& graph, const Watch& watch) {
  for (const auto* nodes : {&watch.activations, &watch.gradients}) {
    for (const int node : *nodes) check_node(graph, node);
  }
}

void check_rules(const Graph& graph, const RulePass& pass, bool announced) {
  if (!announced)
    throw bad_input("a backward pass by rules: announce it in the forward pass's watch");
  for (const int node : pass.watched) check_node(graph, node);
  for (const auto& [node, rule] : pass.rules.nodes) {
    check_node(graph, node);
    if (!fits(rule, graph.node(node).op)) {
      throw bad_input("network node '{}': its rule does not fit a {}", graph.node(node).name,
                      op_name(graph.node(node).op));
    }
  }
}

}  // namespace arcadecam::nn
