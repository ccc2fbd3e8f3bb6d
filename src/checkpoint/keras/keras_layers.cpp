// What each layer of Keras is in ONNX's operators.
#include <fmt/format.h>

#include <algorithm>

#include "checkpoint/building/weight_algebra.h"
#include "checkpoint/keras/keras_layer.h"
#include "core/text.h"

namespace arcadecam::checkpoint::keras {
namespace {

using nlohmann::json;
using onnx::Attribute;

Attribute auto_pad(const Layer& layer) {
  const std::string padding = text_of(layer.config, "padding", "valid");
  if (padding != "valid" && padding != "same")
    throw layer.fail(fmt::format("padding '{}' is not supported", printable(padding)));
  return text(padding == "valid" ? "VALID" : "SAME_UPPER");
}

void same(Writer& writer, const Layer& layer) {
  writer.finish(layer, layer.inputs.front(), writer.rank(layer));
}

void rescaling(Writer& writer, const Layer& layer) {
  const json &scale = layer.setting("scale"), &offset = layer.setting("offset");
  if (!scale.is_number() || !(offset.is_number() || offset.is_null()))
    throw layer.fail("only one number for all values is supported");
  std::string value = writer.emit(
      layer, "", "Mul", {layer.inputs.front(), writer.number(layer, "scale", scale.get<double>())});
  if (layer.real("offset", 0) != 0) {
    value = writer.emit(layer, "offset", "Add",
                        {value, writer.number(layer, "offset", offset.get<double>())});
  }
  writer.finish(layer, value, writer.rank(layer));
}

void conv(Writer& writer, const Layer& layer) {
  if (writer.rank(layer) != 4) throw layer.fail("expected an image");
  const bool last = layer.has_channels_last();
  const nn::Weights kernel = writer.take(layer, "kernel", 0);
  if (kernel->shape().rank() != 4) throw layer.fail("a kernel that is none of an image");
  std::vector<std::string> inputs{writer.first(layer, layer.inputs.front(), last),
                                  writer.constant(layer, "kernel", *kernel_from_hwio(*kernel))};
  if (!layer.is_off("use_bias"))
    inputs.push_back(writer.constant(layer, "bias", *writer.take(layer, "bias", 1)));
  const json& groups = layer.setting("groups");
  const std::string value =
      writer.emit(layer, "", "Conv", std::move(inputs),
                  {{"strides", wholes(layer.pair("strides", 1))},
                   {"dilations", wholes(layer.pair("dilation_rate", 1))},
                   {"group", whole(groups.is_number_integer() ? groups.get<std::int64_t>() : 1)},
                   {"auto_pad", auto_pad(layer)}});
  writer.finish(
      layer, writer.back(layer, writer.activated(layer, value, layer.setting("activation")), last),
      4);
}

void dense(Writer& writer, const Layer& layer) {
  if (writer.rank(layer) != 2) throw layer.fail("expected flat values");
  std::vector<std::string> inputs{
      layer.inputs.front(), writer.constant(layer, "kernel", *writer.take(layer, "kernel", 0))};
  if (!layer.is_off("use_bias"))
    inputs.push_back(writer.constant(layer, "bias", *writer.take(layer, "bias", 1)));
  const std::string value = writer.emit(layer, "", "Gemm", std::move(inputs));
  writer.finish(layer, writer.activated(layer, value, layer.setting("activation")), 2);
}

void batch_norm(Writer& writer, const Layer& layer) {
  const bool image = writer.rank(layer) == 4;
  const json& axis = layer.setting("axis");
  const json& number = axis.is_array() && axis.size() == 1 ? axis[0] : axis;
  const std::int64_t along = number.is_number_integer() ? number.get<std::int64_t>() : -1;
  const bool last = image && along != 1;
  if (last && along != -1 && along != 3) throw layer.fail("only channels can be normalised");
  int index = 0;
  const auto take = [&](const char* name) { return writer.take(layer, name, index++); };
  const bool scales = !layer.is_off("scale");
  const bool centers = !layer.is_off("center");
  const nn::Weights gamma = scales ? take("gamma") : nullptr;
  const nn::Weights beta = centers ? take("beta") : nullptr;
  const nn::Weights mean = take("moving_mean"), variance = take("moving_variance");
  const auto filled = [&](float value) {
    Tensor tensor(mean->shape());
    std::ranges::fill(tensor.values(), value);
    return tensor;
  };
  std::vector<std::string> inputs{writer.first(layer, layer.inputs.front(), last),
                                  writer.constant(layer, "gamma", gamma ? *gamma : filled(1)),
                                  writer.constant(layer, "beta", beta ? *beta : filled(0)),
                                  writer.constant(layer, "moving_mean", *mean),
                                  writer.constant(layer, "moving_variance", *variance)};
  const std::string value = writer.emit(layer, "", "BatchNormalization", std::move(inputs),
                                        {{"epsilon", real(layer.real("epsilon", 1e-3))}});
  writer.finish(layer, writer.back(layer, value, last), writer.rank(layer));
}

void layer_norm(Writer& writer, const Layer& layer) {
  if (writer.rank(layer) != 2) throw layer.fail("only of flat values is it supported");
  if (layer.is_off("scale") || layer.is_off("center"))
    throw layer.fail("only with gamma and beta is it supported");
  std::vector<std::string> inputs{layer.inputs.front(),
                                  writer.constant(layer, "gamma", *writer.take(layer, "gamma", 0)),
                                  writer.constant(layer, "beta", *writer.take(layer, "beta", 1))};
  writer.finish(layer,
                writer.emit(layer, "", "LayerNormalization", std::move(inputs),
                            {{"axis", whole(-1)}, {"epsilon", real(layer.real("epsilon", 1e-3))}}),
                2);
}

void keras_pool(Writer& writer, const Layer& layer) {
  const bool last = layer.has_channels_last(), max = layer.kind.starts_with("Max");
  const std::vector<std::int64_t> size = layer.pair("pool_size", 2);
  std::vector<std::int64_t> strides = size;
  if (!layer.setting("strides").is_null()) strides = layer.pair("strides", 1);
  const std::string value = writer.emit(layer, "", max ? "MaxPool" : "AveragePool",
                                        {writer.first(layer, layer.inputs.front(), last)},
                                        {{"kernel_shape", wholes(size)},
                                         {"strides", wholes(std::move(strides))},
                                         {"auto_pad", auto_pad(layer)}});
  writer.finish(layer, writer.back(layer, value, last), 4);
}

void global_pool(Writer& writer, const Layer& layer) {
  const std::vector<std::int64_t> axes =
      layer.has_channels_last() ? std::vector<std::int64_t>{1, 2} : std::vector<std::int64_t>{2, 3};
  if (writer.rank(layer) != 4 || layer.setting("keepdims") == true)
    throw layer.fail("only from images to vectors is it supported");
  const bool max = layer.kind.find("Max") != std::string::npos;
  writer.finish(layer,
                writer.emit(layer, "", max ? "ReduceMax" : "ReduceMean", {layer.inputs.front()},
                            {{"axes", wholes(axes)}, {"keepdims", whole(0)}}),
                2);
}

// Keras puts channels last before it flattens.
void flatten(Writer& writer, const Layer& layer) {
  if (writer.rank(layer) == 2) return same(writer, layer);
  writer.finish(layer,
                writer.emit(layer, "", "Flatten",
                            {writer.back(layer, layer.inputs.front(), !layer.has_channels_last())}),
                2);
}

void permute(Writer& writer, const Layer& layer) {
  std::vector<std::int64_t> perm{0};
  for (const json& axis : layer.setting("dims"))
    perm.push_back(axis.is_number_integer() ? axis.get<std::int64_t>() : -1);
  writer.finish(
      layer, writer.emit(layer, "", "Transpose", {layer.inputs.front()}, {{"perm", wholes(perm)}}),
      writer.rank(layer));
}

// Python code, which is not run. The shapes say what the one that moves the channels does.
void lambda(Writer& writer, const Layer& layer) {
  std::vector<std::int64_t> shape;
  for (const json& extent : layer.setting("output_shape"))
    shape.push_back(extent.is_number_integer() ? extent.get<std::int64_t>() : -1);
  const std::vector<std::int64_t> taken = writer.model.inputs.front().extents;
  const bool moves = writer.model.inputs.size() == 1 &&
                     layer.inputs.front() == writer.model.inputs[0].name && shape.size() == 3 &&
                     shape == std::vector{taken[2], taken[3], taken[1]} && shape[2] < shape[0];
  if (!moves) {
    throw layer.fail(
        "it holds Python code, which is not run: use a layer of Keras in its place, or "
        "export the model: model.export('NAME.onnx', format='onnx')");
  }
  writer.remarks.push_back(fmt::format(
      "What the Lambda layer '{}' does: its code is not run; by the shapes it moves the "
      "channels to the end.",
      printable(layer.name)));
  writer.finish(layer, writer.back(layer, layer.inputs.front(), true), 4);
}

void activation(Writer& writer, const Layer& layer) {
  writer.finish(layer, writer.activated(layer, layer.inputs.front(), layer.setting("activation")),
                writer.rank(layer));
}

void relu(Writer& writer, const Layer& layer) {
  const double slope = layer.real("negative_slope", 0);
  if (!layer.setting("max_value").is_null() || layer.real("threshold", 0) != 0) {
    throw layer.fail("only without max_value and threshold is it supported");
  }
  writer.finish(layer,
                slope == 0 ? writer.emit(layer, "", "Relu", {layer.inputs.front()})
                           : writer.emit(layer, "", "LeakyRelu", {layer.inputs.front()},
                                         {{"alpha", real(slope)}}),
                writer.rank(layer));
}

void sloped(Writer& writer, const Layer& layer) {
  const bool elu = layer.kind == "ELU";
  const json& slope = layer.setting("negative_slope");
  const double alpha = layer.real(slope.is_null() ? "alpha" : "negative_slope", elu ? 1.0 : 0.3);
  writer.finish(layer,
                writer.emit(layer, "", elu ? "Elu" : "LeakyRelu", {layer.inputs.front()},
                            {{"alpha", real(alpha)}}),
                writer.rank(layer));
}

void softmax(Writer& writer, const Layer& layer) {
  writer.finish(layer, writer.emit(layer, "", "Softmax", {layer.inputs.front()}),
                writer.rank(layer));
}

void keras_arithmetic(Writer& writer, const Layer& layer) {
  static const std::map<std::string_view, const char*> kTypes{{"Add", "Add"},
                                                              {"Subtract", "Sub"},
                                                              {"Multiply", "Mul"},
                                                              {"TrueDivide", "Div"},
                                                              {"Divide", "Div"}};
  std::vector<std::string> inputs = layer.inputs;
  if (inputs.size() == 1 && layer.numbers.size() == 1)
    inputs.push_back(writer.number(layer, "number", layer.numbers[0]));
  if (inputs.size() != 2) throw layer.fail("expected two inputs");
  int most = writer.rank(layer);
  for (const std::string& input : layer.inputs) {
    if (const auto found = writer.ranks.find(input); found != writer.ranks.end())
      most = std::max(most, found->second);
  }
  writer.finish(layer, writer.emit(layer, "", kTypes.at(layer.kind), std::move(inputs)), most);
}

void mean(Writer& writer, const Layer& layer) {
  const json& axis = layer.setting("axis");
  const json& along = axis.is_array() && axis.size() == 1 ? axis[0] : axis;
  if (writer.rank(layer) != 2 || (along != 1 && along != -1) || layer.setting("keepdims") != true) {
    throw layer.fail("only over the advantages of a dueling head is it supported");
  }
  writer.finish(layer,
                writer.emit(layer, "", "ReduceMean", {layer.inputs.front()},
                            {{"axes", wholes({1})}, {"keepdims", whole(1)}}),
                2);
}

void concatenate(Writer& writer, const Layer& layer) {
  const json& axis = layer.setting("axis");
  if (writer.rank(layer) != 2 || !(axis.is_null() || axis == -1 || axis == 1))
    throw layer.fail("only of flat values is it supported");
  writer.finish(layer, writer.emit(layer, "", "Concat", layer.inputs, {{"axis", whole(1)}}), 2);
}

using Maker = void (*)(Writer& writer, const Layer& layer);

const std::map<std::string_view, Maker>& makers() {
  static const std::map<std::string_view, Maker> table{
      {"Conv2D", &conv},
      {"Dense", &dense},
      {"BatchNormalization", &batch_norm},
      {"LayerNormalization", &layer_norm},
      {"Rescaling", &rescaling},
      {"MaxPooling2D", &keras_pool},
      {"AveragePooling2D", &keras_pool},
      {"GlobalAveragePooling2D", &global_pool},
      {"GlobalMaxPooling2D", &global_pool},
      {"Flatten", &flatten},
      {"Permute", &permute},
      {"Lambda", &lambda},
      {"Activation", &activation},
      {"ReLU", &relu},
      {"LeakyReLU", &sloped},
      {"ELU", &sloped},
      {"Softmax", &softmax},
      {"Add", &keras_arithmetic},
      {"Subtract", &keras_arithmetic},
      {"Multiply", &keras_arithmetic},
      {"TrueDivide", &keras_arithmetic},
      {"Divide", &keras_arithmetic},
      {"Mean", &mean},
      {"Concatenate", &concatenate},
      {"Dropout", &same},
      {"SpatialDropout2D", &same},
      {"GaussianNoise", &same},
      {"GaussianDropout", &same},
      {"ActivityRegularization", &same},
      {"Identity", &same},
  };
  return table;
}

}  // namespace

void write_layer(Writer& writer, const Layer& layer) {
  const auto maker = makers().find(layer.kind);
  if (maker == makers().end()) {
    throw layer.fail(
        "this kind is not supported; model.export('NAME.onnx', format='onnx') may make a file that "
        "can be read");
  }
  maker->second(writer, layer);
}

}  // namespace arcadecam::checkpoint::keras
