#include "checkpoint/keras/keras_layer.h"

#include <fmt/format.h>

#include "core/text.h"

namespace arcadecam::checkpoint::keras {

using nlohmann::json;
using onnx::Attribute;

const json& member(const json& object, const char* name) {
  static const json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

std::string text_of(const json& object, const char* name, std::string_view otherwise) {
  const json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string(otherwise);
}

Error Layer::fail(std::string_view what) const {
  return bad_input("the layer '{}' ({}): {}", printable(name), printable(kind), what);
}

const json& Layer::setting(const char* setting_name) const {
  return member(config, setting_name);
}

double Layer::real(const char* setting_name, double otherwise) const {
  const json& value = setting(setting_name);
  return value.is_number() ? value.get<double>() : otherwise;
}

bool Layer::is_off(const char* setting_name) const {
  const json& value = setting(setting_name);
  return value.is_boolean() && !value.get<bool>();
}

bool Layer::has_channels_last() const {
  return text_of(config, "data_format", "channels_last") == "channels_last";
}

std::vector<std::int64_t> Layer::pair(const char* setting_name, std::int64_t otherwise) const {
  const json& value = setting(setting_name);
  if (value.is_null()) return {otherwise, otherwise};
  if (value.is_number_integer()) return {value.get<std::int64_t>(), value.get<std::int64_t>()};
  if (value.is_array() && value.size() == 2 && value[0].is_number_integer() &&
      value[1].is_number_integer()) {
    return {value[0].get<std::int64_t>(), value[1].get<std::int64_t>()};
  }
  throw fail(fmt::format("{} is no pair of whole numbers", setting_name));
}

Attribute whole(std::int64_t value) {
  Attribute attribute;
  attribute.integer = value;
  return attribute;
}
Attribute wholes(std::vector<std::int64_t> values) {
  Attribute attribute;
  attribute.integers = std::move(values);
  return attribute;
}
Attribute real(double value) {
  Attribute attribute;
  attribute.real = static_cast<float>(value);
  return attribute;
}
Attribute text(std::string value) {
  Attribute attribute;
  attribute.text = std::move(value);
  return attribute;
}

std::string Writer::emit(const Layer& layer, std::string_view part, std::string type,
                         std::vector<std::string> inputs, Attributes attributes) {
  onnx::Node node;
  node.name = part.empty() ? layer.name : fmt::format("{}.{}", layer.name, part);
  node.type = std::move(type);
  node.inputs = std::move(inputs);
  node.outputs = {fmt::format("{}#{}", layer.name, ++values_)};
  node.attributes = std::move(attributes);
  model.nodes.push_back(std::move(node));
  return model.nodes.back().outputs[0];
}

// Makes the last operator's output the layer's.
void Writer::finish(const Layer& layer, std::string value, int rank) {
  onnx::Node node;
  node.name = layer.name + ".output";
  node.type = "Identity";
  node.inputs = {std::move(value)};
  node.outputs = {layer.name};
  model.nodes.push_back(std::move(node));
  ranks[layer.name] = rank;
}

int Writer::rank(const Layer& layer) const {
  const auto found = ranks.find(layer.inputs.front());
  if (found == ranks.end())
    throw layer.fail(
        fmt::format("its input '{}' is never computed", printable(layer.inputs.front())));
  return found->second;
}

std::string Writer::constant(const Layer& layer, std::string_view name,
                             std::vector<std::int64_t> extents, std::vector<float> values) {
  onnx::TensorData tensor;
  tensor.name = fmt::format("{}/{}", layer.name, name);
  tensor.extents = std::move(extents);
  tensor.type = 1;
  tensor.floats = std::move(values);
  model.initializers.push_back(std::move(tensor));
  return model.initializers.back().name;
}

std::string Writer::constant(const Layer& layer, std::string_view name, const Tensor& tensor) {
  const auto values = tensor.values();
  return constant(layer, name, {tensor.shape().begin(), tensor.shape().end()},
                  {values.begin(), values.end()});
}

std::string Writer::number(const Layer& layer, std::string_view name, double value) {
  return constant(layer, name, {}, {static_cast<float>(value)});
}

// Images are as the layer has them; ONNX's operators take channels first.
std::string Writer::first(const Layer& layer, const std::string& value, bool last) {
  return last ? emit(layer, "first", "Transpose", {value}, {{"perm", wholes({0, 3, 1, 2})}})
              : value;
}
std::string Writer::back(const Layer& layer, const std::string& value, bool last) {
  return last ? emit(layer, "last", "Transpose", {value}, {{"perm", wholes({0, 2, 3, 1})}}) : value;
}

std::string Writer::activated(const Layer& layer, const std::string& value, const json& function) {
  std::string name;
  if (function.is_string()) name = function.get<std::string>();
  if (function.is_object()) name = text_of(function, "config", text_of(function, "class_name"));
  if (function.is_null() || name == "linear") return value;
  static const std::map<std::string_view, const char*> kPlain{
      {"relu", "Relu"},       {"tanh", "Tanh"}, {"sigmoid", "Sigmoid"}, {"softplus", "Softplus"},
      {"softmax", "Softmax"}, {"gelu", "Gelu"}, {"elu", "Elu"}};
  if (const auto plain = kPlain.find(name); plain != kPlain.end())
    return emit(layer, name, plain->second, {value});
  if (name == "silu" || name == "swish") {
    const std::string gate = emit(layer, "gate", "Sigmoid", {value});
    return emit(layer, "silu", "Mul", {value, gate});
  }
  if (name == "leaky_relu") return emit(layer, name, "LeakyRelu", {value}, {{"alpha", real(0.2)}});
  throw layer.fail(fmt::format("the activation function '{}' is not supported",
                               printable(name.empty() ? "of another kind" : name)));
}

}  // namespace arcadecam::checkpoint::keras
