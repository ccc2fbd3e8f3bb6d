#include "arcadecam/nn/graph.h"

#include <algorithm>
#include <set>

#include "arcadecam/core/error.h"
#include "core/overloaded.h"
#include "nn/infer_shape.h"

namespace arcadecam::nn {
namespace {

std::string_view activation_name(Activation::Kind kind) {
  using Kind = Activation::Kind;
  switch (kind) {
    case Kind::kTanh:
      return "Tanh";
    case Kind::kSigmoid:
      return "Sigmoid";
    case Kind::kLeakyRelu:
      return "LeakyReLU";
    case Kind::kElu:
      return "ELU";
    case Kind::kGelu:
      return "GELU";
    case Kind::kSilu:
      return "SiLU";
    case Kind::kSoftplus:
      return "Softplus";
    case Kind::kHardtanh:
      return "Hardtanh";
  }
  return "Activation";
}

}  // namespace

Op::Op() = default;
Op::Op(const Op&) = default;
Op::Op(Op&&) noexcept = default;
Op& Op::operator=(const Op&) = default;
Op& Op::operator=(Op&&) noexcept = default;
Op::~Op() = default;

bool is_curved(const Op& op) {
  if (const auto* activation = std::get_if<Activation>(&op))
    return activation->kind != Activation::Kind::kLeakyRelu &&
           activation->kind != Activation::Kind::kHardtanh;
  return std::holds_alternative<ExpectedValue>(op) || std::holds_alternative<LayerNorm>(op) ||
         std::holds_alternative<Softmax>(op) || std::holds_alternative<Gate>(op);
}

std::string_view op_name(const Op& op) {
  if (const auto* activation = std::get_if<Activation>(&op))
    return activation_name(activation->kind);
  if (const auto* pool = std::get_if<Pool2d>(&op))
    return pool->kind == Pool2d::Kind::kMax ? "MaxPool2d" : "AvgPool2d";
  return std::visit(
      Overloaded{
          [](const Input&) { return "Input"; }, [](const Scale&) { return "Scale"; },
          [](const Conv2d&) { return "Conv2d"; }, [](const BatchNorm2d&) { return "BatchNorm2d"; },
          [](const Relu&) { return "ReLU"; }, [](const Flatten&) { return "Flatten"; },
          [](const Linear&) { return "Linear"; }, [](const Add&) { return "Add"; },
          [](const ExpectedValue&) { return "ExpectedValue"; },
          [](const Dueling&) { return "Dueling"; }, [](const Concat&) { return "Concat"; },
          [](const LayerNorm&) { return "LayerNorm"; }, [](const Softmax&) { return "Softmax"; },
          [](const State&) { return "State"; }, [](const Slice&) { return "Slice"; },
          [](const Gate&) { return "Gate"; }, [](const Affine&) { return "Affine"; },
          [](const Activation&) { return ""; }, [](const Pool2d&) { return ""; }},
      op);
}

std::string_view output_name(OutputKind kind) {
  switch (kind) {
    case OutputKind::kLogits:
      return "logit";
    case OutputKind::kProbabilities:
      return "probability";
    default:
      return "value";
  }
}

std::string_view output_words(OutputKind kind) {
  switch (kind) {
    case OutputKind::kLogits:
      return "a policy's logits";
    case OutputKind::kProbabilities:
      return "a policy's probabilities";
    default:
      return "action values";
  }
}

OutputKind Graph::output_kind() const {
  const Node& head = node(output());
  if (std::holds_alternative<Softmax>(head.op)) return OutputKind::kProbabilities;
  return head.is_policy || value_ ? OutputKind::kLogits : OutputKind::kValues;
}

Graph::Graph(std::vector<Node> nodes) : nodes_(std::move(nodes)), consumers_(nodes_.size()) {
  if (nodes_.empty()) throw bad_input("a network without nodes");
  std::set<std::string_view> names;
  for (int i = 0; i < size(); ++i) {
    const Node& current = node(i);
    if (!names.insert(current.name).second) {
      throw bad_input("network node '{}': the name is used twice", current.name);
    }
    if (std::holds_alternative<Input>(current.op) != (i == 0)) {
      throw bad_input("network node '{}': a network has exactly one Input, its first node",
                      current.name);
    }
    std::vector<Shape> inputs;
    for (const int input : current.inputs) {
      if (input < 0 || input >= i) {
        throw bad_input("network node '{}': input {} is not an earlier node", current.name, input);
      }
      inputs.push_back(shape(input));
      consumers_[static_cast<std::size_t>(input)].push_back(i);
    }
    shapes_.push_back(infer_shape(current, inputs));
    if (std::holds_alternative<State>(current.op)) states_.push_back(i);
    if (!current.is_value) continue;
    if (value_ || shape(i) != Shape{1}) {
      throw bad_input("network node '{}': a network has at most one state value, a single number",
                      current.name);
    }
    value_ = i;
  }
  check_uses();
  find_layers_of(output());
}

void Graph::check_uses() const {
  std::set<int> used;
  for (const int state : states_) {
    const int next = next_of(state);
    if (shape(next) != shape(state)) {
      throw bad_input("network node '{}': its next value, the output of '{}', has shape {}, not {}",
                      node(state).name, node(next).name, to_string(shape(next)),
                      to_string(shape(state)));
    }
    used.insert(next);
  }
  for (int i = 0; i < output(); ++i) {
    if (consumers(i).empty() && value_ != i && !used.contains(i)) {
      throw bad_input("network node '{}': nothing uses its output", node(i).name);
    }
  }
  if (shape(output()).rank() != 1) {
    throw bad_input("network node '{}': the output must be one value per action, found {}",
                    node(output()).name, to_string(shape(output())));
  }
  const Op& head = node(output()).op;
  if (value_ && (value_ == output() || std::holds_alternative<ExpectedValue>(head) ||
                 std::holds_alternative<Dueling>(head))) {
    throw bad_input(
        "network node '{}': a critic's value goes with a policy's logits, not with a {} as output",
        node(*value_).name, op_name(head));
  }
}

int Graph::next_of(int state) const {
  const auto& op = std::get<State>(node(state).op);
  const std::optional<int> next = find(op.next);
  if (!next) {
    throw bad_input("network node '{}': there is no node '{}' to take its next value from",
                    node(state).name, op.next);
  }
  return *next;
}

std::int64_t Graph::state_size() const {
  std::int64_t size = 0;
  for (const int state : states_) size += shape(state).count();
  return size;
}

std::vector<bool> Graph::ancestors_of(std::span<const int> nodes) const {
  std::vector<bool> result(nodes_.size());
  for (const int node : nodes) result.at(static_cast<std::size_t>(node)) = true;
  for (int i = output(); i >= 0; --i) {
    if (!result[static_cast<std::size_t>(i)]) continue;
    for (const int input : node(i).inputs) result[static_cast<std::size_t>(input)] = true;
  }
  return result;
}

void Graph::find_layers_of(int root) {
  spatial_layers_.clear();
  const std::vector<bool> needed = ancestors_of(std::span(&root, 1));
  for (int i = 0; i < size(); ++i) {
    const Op& op = node(i).op;
    const bool spatial =
        std::holds_alternative<Conv2d>(op) || std::holds_alternative<BatchNorm2d>(op);
    if (spatial && needed[static_cast<std::size_t>(i)]) spatial_layers_.push_back(i);
  }
}

Graph Graph::with_layers_of(int node) const {
  Graph result = *this;
  result.find_layers_of(node);
  return result;
}

std::optional<int> Graph::find(std::string_view name) const {
  for (int i = 0; i < size(); ++i) {
    if (node(i).name == name) return i;
  }
  return std::nullopt;
}

std::int64_t Graph::parameter_count() const {
  std::int64_t count = 0;
  for (const Node& node : nodes_) {
    for (const auto& [name, tensor] : weights_of(node.op)) count += tensor ? tensor->size() : 0;
  }
  return count;
}

std::vector<NamedTensor<Weights>> weights_of(const Op& op) {
  const auto affine = [](const auto& layer) {
    std::vector<NamedTensor<Weights>> list{{"weight", layer.weight}};
    if (layer.bias) list.push_back({"bias", layer.bias});
    return list;
  };
  using List = std::vector<NamedTensor<Weights>>;
  return std::visit(Overloaded{[&](const Conv2d& conv) { return affine(conv); },
                               [&](const Linear& linear) { return affine(linear); },
                               [](const BatchNorm2d& norm) {
                                 return List{{"weight", norm.gamma},
                                             {"bias", norm.beta},
                                             {"running_mean", norm.mean},
                                             {"running_var", norm.variance}};
                               },
                               [](const LayerNorm& norm) {
                                 return List{{"weight", norm.gamma}, {"bias", norm.beta}};
                               },
                               [](const Affine& map) {
                                 return List{{"factor", map.factor}, {"shift", map.shift}};
                               },
                               [](const ExpectedValue& value) {
                                 return List{{"support", value.support}};
                               },
                               [](const auto&) { return List{}; }},
                    op);
}

}  // namespace arcadecam::nn
