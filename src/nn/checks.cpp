#include "nn/checks.h"

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::nn {
namespace {

void check_node(const Graph& graph, int node) {
  if (node < 0 || node >= graph.size()) {
    throw bad_input("network node {} does not exist: the network has {}", node, graph.size());
  }
}

bool fits(const Rule& rule, const Op& op) {
  if (std::holds_alternative<rule::Gradient>(rule)) return true;
  if (carries_relevance(rule))
    return std::holds_alternative<Conv2d>(op) || std::holds_alternative<Linear>(op);
  if (std::holds_alternative<rule::Rescale>(rule)) return is_rescaled(op);
  return std::holds_alternative<Relu>(op);
}

void check_baseline(const Graph& graph, int node, const Rule& rule) {
  const auto* rescale = std::get_if<rule::Rescale>(&rule);
  if (rescale == nullptr || !fits(rule, graph.node(node).op)) return;
  for (const int input : graph.node(node).inputs) {
    const auto at = static_cast<std::size_t>(input);
    const bool has = rescale->baseline && at < rescale->baseline->size() &&
                     (*rescale->baseline)[at].shape() == graph.shape(input);
    if (has) continue;
    throw bad_input(
        "network node '{}': the rescale rule needs the baseline's activation of node '{}'",
        graph.node(node).name, graph.node(input).name);
  }
}

}  // namespace

void check_observations(const Graph& graph, const Observations& observations) {
  const Shape& shape = std::visit([](const auto& view) -> const Shape& { return view.shape(); },
                                  observations.values);
  if (shape.rank() < 2 || shape[0] < 1 || shape.inner() != graph.shape(0)) {
    throw bad_input("observations of shape N×{} were expected, found {}", to_string(graph.shape(0)),
                    to_string(shape));
  }
  const Shape remembered{shape[0], graph.state_size()};
  if (observations.memory.size() > 0 && observations.memory.shape() != remembered) {
    throw bad_input("a memory of shape {} was expected, found {}", to_string(remembered),
                    to_string(observations.memory.shape()));
  }
  if (observations.reference.size() == 0) return;
  if (!std::holds_alternative<TensorView>(observations.values) ||
      observations.reference.shape() != graph.shape(0) ||
      std::ssize(observations.boxes) != shape[0]) {
    throw bad_input(
        "{} observations that differ in boxes from one of shape {}: floats, a reference of that "
        "shape and as many boxes were expected, found {} and {} boxes",
        shape[0], to_string(graph.shape(0)), to_string(observations.reference.shape()),
        observations.boxes.size());
  }
  const PixelBox picture{0, 0, static_cast<int>(shape[shape.rank() - 1]),
                         static_cast<int>(shape[shape.rank() - 2])};
  for (const PixelBox& box : observations.boxes) {
    if (!box.empty() && intersection(box, picture) != box) {
      throw bad_input("a box at {}, {} of {}×{} pixels: expected one in a picture of {}×{}",
                      box.left, box.top, box.width, box.height, picture.width, picture.height);
    }
  }
}

void check_output_gradient(const Graph& graph, std::int64_t batch, const OutputGradient& gradient) {
  const Shape expected = graph.shape(graph.output()).batch_of(batch);
  if (gradient.output.shape() != expected) {
    throw bad_input("an output gradient of shape {} was expected, found {}", to_string(expected),
                    to_string(gradient.output.shape()));
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
  for (int node = 0; node < graph.size(); ++node) check_baseline(graph, node, pass.rules.at(node));
  if (!pass.rules.relevance()) return;
  for (int node = 0; node < graph.size(); ++node) {
    const Op& op = graph.node(node).op;
    const bool layer = std::holds_alternative<Conv2d>(op) || std::holds_alternative<Linear>(op);
    if (layer && !carries_relevance(pass.rules.at(node))) {
      throw bad_input(
          "network node '{}': a pass of relevance needs a relevance rule for every "
          "convolution and linear layer",
          graph.node(node).name);
    }
  }
}

std::vector<bool> needed_nodes(const Graph& graph, const Watch& watch) {
  std::vector<int> asked = watch.activations;
  asked.push_back(graph.output());
  return graph.ancestors_of(asked);
}

std::vector<int> nodes_to_compute(const Graph& graph, std::span<const Given> given,
                                  const Watch& watch) {
  check_watch(graph, watch);
  const auto at = [](int node) { return static_cast<std::size_t>(node); };
  std::vector<bool> is_given(at(graph.size())), needed(at(graph.size()));
  const std::int64_t batch = given.empty() ? 0 : given.front().values.shape()[0];
  for (const Given& entry : given) {
    if (entry.node < 0 || entry.node >= graph.size()) {
      throw bad_input("network node {} does not exist: the network has {}", entry.node,
                      graph.size());
    }
    const Shape expected = graph.shape(entry.node).batch_of(batch);
    if (batch < 1 || entry.values.shape() != expected) {
      throw bad_input("network node '{}': values of shape {} were expected, found {}",
                      graph.node(entry.node).name, to_string(expected),
                      to_string(entry.values.shape()));
    }
    if (entry.channels_last && graph.shape(entry.node).rank() != 3) {
      throw bad_input("network node '{}': pixel by pixel was given, and it is no picture but {}",
                      graph.node(entry.node).name, to_string(graph.shape(entry.node)));
    }
    is_given[at(entry.node)] = true;
  }
  needed[at(graph.output())] = true;
  for (const auto* nodes : {&watch.activations, &watch.gradients}) {
    for (const int node : *nodes) needed[at(node)] = true;
  }
  std::vector<int> result;
  for (int node = graph.output(); node >= 0; --node) {
    if (!needed[at(node)] || is_given[at(node)]) continue;
    const Op& op = graph.node(node).op;
    if (std::holds_alternative<Input>(op) || std::holds_alternative<State>(op)) {
      throw bad_input(
          "the network cannot be continued from the given activations: node '{}' is needed too",
          graph.node(node).name);
    }
    result.push_back(node);
    for (const int input : graph.node(node).inputs) needed[at(input)] = true;
  }
  std::reverse(result.begin(), result.end());
  return result;
}

}  // namespace arcadecam::nn
