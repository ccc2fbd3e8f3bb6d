#include "explain/layers.h"

#include <algorithm>

#include "arcadecam/core/error.h"
#include "core/parse_number.h"

namespace arcadecam::explain {

int find_layer(const nn::Graph& graph, std::string_view text) {
  const auto layers = graph.spatial_layers();
  if (layers.empty())
    throw bad_input("the network has no convolution or normalisation layer to explain");
  if (text.empty()) {
    for (auto at = layers.rbegin(); at != layers.rend(); ++at) {
      if (std::holds_alternative<nn::Conv2d>(graph.node(*at).op)) return *at;
    }
    return layers.back();
  }
  if (const auto index = parse_number<std::size_t>(text); index && *index < layers.size())
    return layers[*index];
  std::string known;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (graph.node(layers[i]).name == text) return layers[i];
    known += fmt::format("{}{} ({})", i == 0 ? "" : ", ", i, graph.node(layers[i]).name);
  }
  throw bad_usage("there is no convolution or normalisation layer '{}'; the network has {}", text,
                  known);
}

std::vector<int> find_layers(const nn::Graph& graph, const std::vector<std::string>& names) {
  if (names.empty()) {
    const auto all = graph.spatial_layers();
    if (all.empty())
      throw bad_input("the network has no convolution or normalisation layer to explain");
    return {all.begin(), all.end()};
  }
  std::vector<int> result;
  for (const std::string& name : names) {
    if (name.empty()) throw bad_usage("layers: an empty name; expected layers separated by '/'");
    result.push_back(find_layer(graph, name));
  }
  std::ranges::sort(result);
  if (std::ranges::adjacent_find(result) != result.end())
    throw bad_usage("layers: one is named twice");
  return result;
}

int activation_after(const nn::Graph& graph, int layer) {
  int node = layer;
  while (graph.consumers(node).size() == 1) {
    node = graph.consumers(node).front();
    const nn::Op& op = graph.node(node).op;
    if (std::holds_alternative<nn::Relu>(op) || std::holds_alternative<nn::Activation>(op))
      return node;
    if (graph.shape(node).rank() != 3) break;
  }
  throw bad_usage("at=post: no activation function follows layer '{}'", graph.node(layer).name);
}

Shape plane_of(const Shape& shape) {
  if (shape.rank() != 3) throw bad_input("an image C×H×W was expected, found {}", to_string(shape));
  return {shape[1], shape[2]};
}

}  // namespace arcadecam::explain
