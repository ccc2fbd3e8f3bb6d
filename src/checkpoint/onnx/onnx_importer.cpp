#include "checkpoint/onnx/onnx_importer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "checkpoint/onnx/onnx_external.h"
#include "checkpoint/onnx/onnx_passes.h"
#include "core/text.h"

namespace arcadecam::checkpoint::onnx {
namespace {

constexpr std::int64_t kOldestOpset = 11;
constexpr std::size_t kMostComputed = std::size_t{1} << 22;
constexpr std::int64_t kMostOnnxChannels = 64;

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

// QLinearConv, ConvInteger, DynamicQuantizeLinear, DequantizeLinear, …
bool is_of_quantised_models(std::string_view type) {
  return type.starts_with("QLinear") || type.ends_with("Integer") ||
         type.ends_with("QuantizeLinear") || type == "DequantizeLinear";
}

// What computes every value by itself, so that no order matters.
bool is_value_by_value(std::string_view type) {
  static const std::set<std::string_view> kTypes{"Relu", "Tanh", "Sigmoid",  "LeakyRelu",
                                                 "Elu",  "Gelu", "Softplus", "Add",
                                                 "Sub",  "Mul",  "Div",      "Erf"};
  return kTypes.contains(type);
}

// What takes an image with its channels last.
bool takes_channels_last(std::string_view type) {
  return is_value_by_value(type) || type == "Transpose" || type == "Reshape" || type == "Flatten" ||
         type == "Squeeze" || type.starts_with("Reduce");
}

// What takes such an image flattened.
bool takes_flattened_last(std::string_view type) {
  return is_value_by_value(type) || type == "MatMul" || type == "Gemm" || type == "Reshape" ||
         type == "Flatten";
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
      {"Unsqueeze", &Importer::unsqueeze},
      {"Gather", &Importer::gather},
      {"Slice", &Importer::slice},
      {"Split", &Importer::split},
      {"GRU", &Importer::gru},
      {"LSTM", &Importer::lstm},
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
      {"ReduceMax", &Importer::reduce},
      {"ReduceLogSumExp", &Importer::log_sum_exp},
      {"Concat", &Importer::concat},
      {"Softmax", &Importer::softmax},
      {"LogSoftmax", &Importer::log_softmax},
      {"Add", &Importer::add_values},
      {"Sub", &Importer::subtract},
      {"Mul", &Importer::multiply},
      {"Div", &Importer::divide},
      {"ArgMax", &Importer::arg_max},
      {"TopK", &Importer::arg_max},
      {"Multinomial", &Importer::random},
      {"RandomUniform", &Importer::random},
      {"RandomUniformLike", &Importer::random},
      {"RandomNormalLike", &Importer::random},
      {"Bernoulli", &Importer::random},
      {"Erf", &Importer::erf},
  };
  return table;
}

Imported import_onnx(ByteView bytes, FilesBeside& beside) {
  Model model = read_model(bytes);
  take_external(model, beside);
  return import_model(model);
}

Imported import_model(const Model& model) {
  return Importer(model).run();
}

Imported Importer::run() {
  if (model_.opset < kOldestOpset) {
    throw bad_input("an ONNX model of opset {}; {} and later can be read", model_.opset,
                    kOldestOpset);
  }
  read_initializers();
  read_inputs();
  for (const Node& node : model_.nodes) step(node);
  run_passes(draft_);
  nn::Graph graph = finish();
  return {std::move(graph), std::move(stored_), std::move(unknown_)};
}

void Importer::read_initializers() {
  std::int64_t held = 0;
  for (const TensorData& tensor : model_.initializers) {
    Value value;
    value.constant = constant_of(tensor);
    value.extents = tensor.extents;
    if (!values_.emplace(tensor.name, std::move(value)).second)
      throw bad_input("two tensors named '{}'", printable(tensor.name));
    held += tensor.extents.empty() ? 0 : Shape(tensor.extents).count();
    if (const auto type = type_name(tensor.type); !type.empty() && !tensor.extents.empty())
      stored_.push_back({printable(tensor.name), std::string(type), Shape(tensor.extents)});
  }
  draft_ = Draft(held);
}

// The inputs that are no weights: an image, channels first or last, and what is remembered.
void Importer::read_inputs() {
  const Input* image = nullptr;
  std::vector<const Input*> others;
  for (const Input& candidate : model_.inputs) {
    if (values_.contains(candidate.name)) continue;
    if (image == nullptr && candidate.extents.size() == 4) {
      image = &candidate;
    } else {
      others.push_back(&candidate);
    }
  }
  if (image == nullptr) {
    throw bad_input(
        "the model takes {}; expected one image N×C×H×W or N×H×W×C",
        others.empty() ? "nothing" : fmt::format("{} dimensions", others[0]->extents.size()));
  }
  read_image(*image);
  for (const Input* other : others) read_state(*other, image->name);
}

void Importer::read_image(const Input& image) {
  std::vector<std::int64_t> extents = image.extents;
  batch_ = std::max<std::int64_t>(extents[0], 1);
  extents[0] = 1;
  const bool last = extents[3] >= 1 && extents[3] < extents[1] && extents[3] <= kMostOnnxChannels;
  const Shape shape =
      last ? Shape{extents[3], std::max<std::int64_t>(extents[1], 0),
                   std::max<std::int64_t>(extents[2], 0)}
           : Shape{std::max<std::int64_t>(extents[1], 0), std::max<std::int64_t>(extents[2], 0),
                   std::max<std::int64_t>(extents[3], 0)};
  if (shape.count() == 0 || shape[0] > kMostOnnxChannels || shape[1] > 1024 || shape[2] > 1024) {
    throw bad_input(
        "the model takes {}; expected an image of known size, up to {} channels and "
        "1024×1024",
        fmt::join(image.extents, "×"), kMostOnnxChannels);
  }
  Value value;
  value.node = draft_.append({"input", nn::Input{shape}, {}, "Input"});
  value.extents = extents;
  value.channels_last = last;
  values_.insert_or_assign(image.name, std::move(value));
}

void Importer::step(const Node& node) {
  node_ = &node;
  if (node.outputs.empty()) throw fail("it has no output");
  if (is_of_quantised_models(node.type)) {
    throw fail("the model is quantised, which is not supported: give the model from before that");
  }
  if (!node.domain.empty() && node.domain != "ai.onnx") {
    // "com.microsoft", "com.microsoft.nchwc", …: what ONNX Runtime's optimiser writes.
    throw fail(fmt::format(
        "an operator of the domain '{}' is not supported: {}", printable(node.domain),
        node.domain.starts_with("com.microsoft")
            ? "ONNX Runtime optimised this model for itself; give the model from before that, or "
              "save it with graph_optimization_level = ORT_ENABLE_BASIC"
            : "export the model with the operators of ONNX alone"));
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
  // A vector that is repeated for a batch of one.
  if (node.type == "Expand" && node.inputs.size() == 2 && input(1).constant &&
      input(1).constant->integers == input(0).extents) {
    return put(input(0));
  }
  if (of_the_choice()) return;
  const auto known = operators().find(node.type);
  if (known == operators().end()) throw fail("this operator is not supported");
  (this->*known->second)();
}

// Whatever becomes of the choice of an action is one: its shape, and the probability of what was
// chosen.
bool Importer::of_the_choice() {
  static const std::set<std::string_view> kTaken{"Squeeze", "Unsqueeze", "Reshape",
                                                 "Flatten", "Cast",      "Expand",
                                                 "Slice",   "Add",       "GatherElements"};
  if (!kTaken.contains(node_->type)) return false;
  for (std::size_t k = 0; k < node_->inputs.size() && has_input(k); ++k) {
    if (!is_choice(input(k))) continue;
    put(input(k));
    return true;
  }
  return false;
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
  if (value.constant || is_choice(value)) throw fail("what comes in is not supported here");
  if (value.channels_last && !takes_channels_last(node_->type))
    throw fail("an image with its channels last; expected a Transpose to N×C×H×W first");
  if (value.flattened_last && !takes_flattened_last(node_->type)) {
    throw fail(
        "an image flattened with its channels last; expected a MatMul or Gemm, or a Transpose "
        "before it is flattened");
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

void Importer::put(Value value, std::size_t k) {
  if (!values_.emplace(node_->outputs[k], std::move(value)).second)
    throw fail(fmt::format("its output '{}' exists already", printable(node_->outputs[k])));
}

void Importer::put_constant(Constant constant) {
  computed_ += constant.size();
  if (computed_ > kMostComputed) throw fail("too large a constant");
  Value value;
  value.extents = constant.extents;
  value.constant = std::move(constant);
  put(std::move(value));
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

int Importer::append(DraftOp op, std::vector<int> inputs, std::string_view name) {
  return draft_.append(
      {name.empty() ? layer_name() : std::string(name), std::move(op), std::move(inputs),
       node_ == nullptr
           ? "Input"
           : fmt::format("{} of node '{}'", printable(node_->type), printable(node_->title()))});
}

void Importer::add(DraftOp op, std::vector<int> inputs, std::string_view name) {
  Value value;
  value.node = append(std::move(op), std::move(inputs), name);
  const Shape& shape = shape_of(value);
  value.extents.assign(shape.begin(), shape.end());
  value.extents.insert(value.extents.begin(), 1);
  // A vector with further dimensions of one keeps them: a sequence of one step.
  for (std::size_t k = 0; k < node_->inputs.size() && has_input(k) && shape.rank() == 1; ++k) {
    const Value& from = input(k);
    if (!is_vector(from) || from.extents.size() < 3 || from.extents.back() != shape_of(from)[0])
      continue;
    value.extents = from.extents;
    value.extents.back() = shape[0];
    break;
  }
  put(std::move(value));
}

void Importer::add_like(const Value& like, DraftOp op, std::vector<int> inputs) {
  Value value = like;
  value.node = append(std::move(op), std::move(inputs));
  put(std::move(value));
}

bool Importer::is_choice(const Value& value) const {
  return value.node >= 0 && draft_.is<Choice>(value.node);
}

}  // namespace arcadecam::checkpoint::onnx
