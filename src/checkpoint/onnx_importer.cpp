#include "checkpoint/onnx_importer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "checkpoint/text.h"
#include "nn/infer_shape.h"

namespace arcadecam::checkpoint::onnx {
namespace {

constexpr std::int64_t kOldestOpset = 11;
constexpr std::size_t kMostComputed = std::size_t{1} << 22;
constexpr std::int64_t kMostChannels = 64;

std::string_view type_name(std::int32_t type) {
  switch (type) {
    case 1:
      return "float32";
    case 10:
      return "float16";
    case 11:
      return "float64";
    case 16:
      return "bfloat16";
    default:
      return "";
  }
}

}  // namespace

const std::map<std::string_view, Importer::Operator>& Importer::operators() {
  static const std::map<std::string_view, Operator> table{
      {"Shape", &Importer::shape},
      {"Constant", &Importer::constant_node},
      {"Identity", &Importer::same},
      {"Cast", &Importer::same},
      {"Dropout", &Importer::same},
      {"Reshape", &Importer::reshape},
      {"Flatten", &Importer::flatten},
      {"Transpose", &Importer::transpose},
      {"Squeeze", &Importer::squeeze},
      {"Conv", &Importer::conv},
      {"Gemm", &Importer::gemm},
      {"MatMul", &Importer::mat_mul},
      {"BatchNormalization", &Importer::batch_norm},
      {"LayerNormalization", &Importer::layer_norm},
      {"Relu", &Importer::activation},
      {"Tanh", &Importer::activation},
      {"Sigmoid", &Importer::activation},
      {"LeakyRelu", &Importer::activation},
      {"Elu", &Importer::activation},
      {"Gelu", &Importer::activation},
      {"Softplus", &Importer::activation},
      {"MaxPool", &Importer::pool},
      {"AveragePool", &Importer::pool},
      {"GlobalAveragePool", &Importer::global_pool},
      {"GlobalMaxPool", &Importer::global_pool},
      {"ReduceMean", &Importer::reduce},
      {"ReduceSum", &Importer::reduce},
      {"Concat", &Importer::concat},
      {"Softmax", &Importer::softmax},
      {"Add", &Importer::add_values},
      {"Sub", &Importer::subtract},
      {"Mul", &Importer::multiply},
      {"Div", &Importer::divide},
      {"ArgMax", &Importer::arg_max},
      {"Erf", &Importer::erf},
  };
  return table;
}

Imported import_onnx(ByteView bytes) {
  const Model model = read_model(bytes);
  return Importer(model).run();
}

Imported Importer::run() {
  if (model_.opset < kOldestOpset) {
    throw bad_input("an ONNX model of opset {}; {} and later can be read", model_.opset,
                    kOldestOpset);
  }
  read_initializers();
  read_input();
  for (const Node& node : model_.nodes) step(node);
  nn::Graph graph = finish();
  return {std::move(graph), std::move(stored_), std::move(unknown_)};
}

void Importer::read_initializers() {
  for (const TensorData& tensor : model_.initializers) {
    Value value;
    value.constant = constant_of(tensor);
    value.extents = tensor.extents;
    if (!values_.emplace(tensor.name, std::move(value)).second)
      throw bad_input("two tensors named '{}'", printable(tensor.name));
    if (const auto type = type_name(tensor.type); !type.empty() && !tensor.extents.empty())
      stored_.push_back({printable(tensor.name), std::string(type), Shape(tensor.extents)});
  }
}

// The one input that is no weight: an image, channels first or last.
void Importer::read_input() {
  const Input* image = nullptr;
  for (const Input& candidate : model_.inputs) {
    if (values_.contains(candidate.name)) continue;
    if (image != nullptr) {
      throw bad_input("the model takes '{}' and '{}'; expected one image", printable(image->name),
                      printable(candidate.name));
    }
    image = &candidate;
  }
  if (image == nullptr || image->extents.size() != 4) {
    throw bad_input(
        "the model takes {}; expected one image N×C×H×W or N×H×W×C",
        image == nullptr ? "nothing" : fmt::format("{} dimensions", image->extents.size()));
  }
  std::vector<std::int64_t> extents = image->extents;
  extents[0] = 1;
  const bool last = extents[3] >= 1 && extents[3] < extents[1] && extents[3] <= kMostChannels;
  const Shape shape =
      last ? Shape{extents[3], std::max<std::int64_t>(extents[1], 0),
                   std::max<std::int64_t>(extents[2], 0)}
           : Shape{std::max<std::int64_t>(extents[1], 0), std::max<std::int64_t>(extents[2], 0),
                   std::max<std::int64_t>(extents[3], 0)};
  if (shape.count() == 0 || shape[0] > kMostChannels || shape[1] > 1024 || shape[2] > 1024) {
    throw bad_input(
        "the model takes {}; expected an image of known size, up to {} channels and "
        "1024×1024",
        fmt::join(image->extents, "×"), kMostChannels);
  }
  nodes_.push_back({"input", nn::Input{shape}, {}});
  shapes_.push_back(shape);
  Value value;
  value.node = 0;
  value.extents = extents;
  value.channels_last = last;
  values_.insert_or_assign(image->name, std::move(value));
}

void Importer::step(const Node& node) {
  node_ = &node;
  if (node.outputs.empty()) throw fail("it has no output");
  if (!node.domain.empty() && node.domain != "ai.onnx") {
    throw fail(
        fmt::format("an operator of the domain '{}' is not supported", printable(node.domain)));
  }
  // What is made of constants alone is computed at once.
  std::vector<const Constant*> constants;
  for (std::size_t k = 0; k < node.inputs.size() && has_input(k); ++k) {
    if (!input(k).constant) break;
    constants.push_back(&*input(k).constant);
  }
  if (!constants.empty() && constants.size() == node.inputs.size()) {
    if (auto folded = fold(node, constants)) return put_constant(std::move(*folded));
  }
  // Expand repeats the support of C51 in front, which the product with the softmax does as well.
  if (node.type == "Expand" && node.inputs.size() == 2 && input(0).constant) return put(input(0));
  const auto known = operators().find(node.type);
  if (known == operators().end()) throw fail("this operator is not supported");
  (this->*known->second)();
}

nn::Graph Importer::finish() {
  if (model_.outputs.empty()) throw bad_input("the model has no output");
  const Value* chosen = nullptr;
  for (const std::string& name : model_.outputs) {
    const auto found = values_.find(name);
    if (found == values_.end())
      throw bad_input("the output '{}' is never computed", printable(name));
    const Value& value = found->second;
    const bool fits =
        !value.constant && value.node > 0 &&
        (value.pending == Value::Pending::kNone || value.pending == Value::Pending::kChoice) &&
        shapes_[static_cast<std::size_t>(value.node)].rank() == 1;
    // Of an actor-critic the policy plays, not its value of one number.
    const bool larger =
        chosen == nullptr || (shapes_[static_cast<std::size_t>(chosen->node)].count() == 1 &&
                              fits && shapes_[static_cast<std::size_t>(value.node)].count() > 1);
    if (fits && larger) chosen = &value;
  }
  if (chosen == nullptr)
    throw bad_input("none of the model's outputs is a vector of one value an action");
  const int critic = critic_beside(*chosen);
  if (model_.outputs.size() > 1) {
    unknown_.push_back(fmt::format(
        "Which of the model's {} outputs plays: the first vector of more than one value is taken.",
        model_.outputs.size()));
  }
  if (critic >= 0) {
    unknown_.push_back(
        fmt::format("Whether the output of '{}', a single number, is the state's "
                    "value: it is taken for a critic's.",
                    printable(nodes_[static_cast<std::size_t>(critic)].name)));
  }
  if (chosen->pending == Value::Pending::kChoice) {
    unknown_.emplace_back(
        "The model returns an action; what it takes the largest of is what is explained.");
  }
  return only_what_leads_to(chosen->node, critic);
}

// The node of the only output of one number, −1 where there is none.
int Importer::critic_beside(const Value& chosen) const {
  const nn::Op& head = nodes_[static_cast<std::size_t>(chosen.node)].op;
  const bool has_one =
      std::holds_alternative<nn::Dueling>(head) || std::holds_alternative<nn::ExpectedValue>(head);
  int critic = -1;
  for (const std::string& name : model_.outputs) {
    const Value& value = values_.find(name)->second;
    if (value.constant || value.node <= 0 || value.node == chosen.node || has_one ||
        value.pending != Value::Pending::kNone ||
        shapes_[static_cast<std::size_t>(value.node)] != Shape{1}) {
      continue;
    }
    if (critic >= 0) return -1;
    critic = value.node;
  }
  return critic;
}

// The nodes in order, the output last.
nn::Graph Importer::only_what_leads_to(int output, int critic) {
  std::vector<int> place(nodes_.size(), -1);
  const auto at = [](int node) { return static_cast<std::size_t>(node); };
  place[0] = place[at(output)] = 0;
  if (critic >= 0) place[at(critic)] = 0;
  for (int node = std::max(output, critic); node > 0; --node) {
    if (place[at(node)] < 0) continue;
    for (const int from : nodes_[at(node)].inputs) place[at(from)] = 0;
  }
  if (critic >= 0) nodes_[at(critic)].is_value = true;
  std::vector<nn::Node> kept;
  const auto keep = [&](std::size_t i) {
    place[i] = static_cast<int>(kept.size());
    for (int& from : nodes_[i].inputs) from = place[at(from)];
    kept.push_back(std::move(nodes_[i]));
  };
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (place[i] >= 0 && i != at(output)) keep(i);
  }
  if (output > 0) keep(at(output));
  return nn::Graph(std::move(kept));
}

Error Importer::fail(std::string_view what) const {
  return bad_input("the ONNX operator {} of node '{}': {}", printable(node_->type),
                   printable(node_->title()), what);
}

bool Importer::has_input(std::size_t k) const {
  return k < node_->inputs.size() && !node_->inputs[k].empty();
}

const Value& Importer::input(std::size_t k) const {
  if (!has_input(k)) throw fail(fmt::format("input {} is missing", k));
  const auto found = values_.find(node_->inputs[k]);
  if (found == values_.end())
    throw fail(fmt::format("its input '{}' is never computed", printable(node_->inputs[k])));
  return found->second;
}

const Constant& Importer::constant(std::size_t k) const {
  const Value& value = input(k);
  if (!value.constant) throw fail(fmt::format("input {} must be a constant", k));
  return *value.constant;
}

nn::Weights Importer::weights(std::size_t k) const {
  const Constant& from = constant(k);
  if (from.is_whole() || from.extents.empty())
    throw fail(fmt::format("input {} must be a tensor of real numbers", k));
  return std::make_shared<const Tensor>(Shape(from.extents), std::span<const float>(*from.reals));
}

const Value& Importer::network(std::size_t k) const {
  const Value& value = input(k);
  if (value.constant || value.pending != Value::Pending::kNone)
    throw fail("what comes in is not supported here");
  if (value.channels_last && node_->type != "Transpose" && node_->type != "Mul" &&
      node_->type != "Div") {
    throw fail("an image with its channels last; expected a Transpose to N×C×H×W first");
  }
  return value;
}

const Attribute* Importer::attribute(std::string_view name) const {
  const auto found = node_->attributes.find(name);
  return found == node_->attributes.end() ? nullptr : &found->second;
}

std::int64_t Importer::integer(std::string_view name, std::int64_t otherwise) const {
  const Attribute* found = attribute(name);
  return found == nullptr ? otherwise : found->integer;
}

float Importer::real(std::string_view name, float otherwise) const {
  const Attribute* found = attribute(name);
  return found == nullptr ? otherwise : found->real;
}

std::vector<std::int64_t> Importer::integers(std::string_view name) const {
  const Attribute* found = attribute(name);
  return found == nullptr ? std::vector<std::int64_t>{} : found->integers;
}

std::vector<std::int64_t> Importer::axes(std::size_t rank) const {
  std::vector<std::int64_t> result = integers("axes");
  if (result.empty() && has_input(1)) result = constant(1).integers;
  for (std::int64_t& axis : result) {
    if (axis < 0) axis += static_cast<std::int64_t>(rank);
  }
  std::ranges::sort(result);
  return result;
}

void Importer::put(Value value) {
  if (!values_.emplace(node_->outputs[0], std::move(value)).second)
    throw fail(fmt::format("its output '{}' exists already", printable(node_->outputs[0])));
}

void Importer::put_constant(Constant constant) {
  computed_ += constant.size();
  if (computed_ > kMostComputed) throw fail("too large a constant");
  Value value;
  value.extents = constant.extents;
  value.constant = std::move(constant);
  put(std::move(value));
}

std::string Importer::unique(std::string name) const {
  const auto taken = [&](const std::string& candidate) {
    return std::ranges::any_of(nodes_,
                               [&](const nn::Node& node) { return node.name == candidate; });
  };
  if (!taken(name)) return name;
  for (int i = 2;; ++i) {
    std::string numbered = fmt::format("{} ({})", name, i);
    if (!taken(numbered)) return numbered;
  }
}

// The module that an exporter took the weights from, or else the node.
std::string Importer::layer_name() const {
  constexpr std::string_view kWeight = ".weight";
  if (node_->inputs.size() > 1 && node_->inputs[1].ends_with(kWeight)) {
    return printable(
        std::string_view(node_->inputs[1]).substr(0, node_->inputs[1].size() - kWeight.size()));
  }
  return printable(node_->title());
}

void Importer::add(nn::Op op, std::vector<int> inputs, std::string_view name) {
  nn::Node made{unique(name.empty() ? layer_name() : std::string(name)), std::move(op),
                std::move(inputs)};
  std::vector<Shape> shapes;
  for (const int from : made.inputs) shapes.push_back(shapes_[static_cast<std::size_t>(from)]);
  shapes_.push_back(nn::infer_shape(made, shapes));
  nodes_.push_back(std::move(made));
  Value value;
  value.node = static_cast<int>(nodes_.size()) - 1;
  value.extents.assign(shapes_.back().begin(), shapes_.back().end());
  value.extents.insert(value.extents.begin(), 1);
  put(std::move(value));
}

}  // namespace arcadecam::checkpoint::onnx
