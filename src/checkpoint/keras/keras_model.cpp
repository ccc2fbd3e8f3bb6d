#include "checkpoint/keras/keras_model.h"

#include <fmt/format.h>

#include <cctype>

#include "arcadecam/core/error.h"
#include "checkpoint/keras/keras_layer.h"
#include "core/parse_json.h"
#include "core/text.h"

namespace arcadecam::checkpoint::keras {
namespace {

using nlohmann::json;

constexpr std::size_t kMostKerasLayers = 5'000;
constexpr int kDeepestKeras = 64;
constexpr std::int64_t kOpset = 17;

json parse(std::string_view text) {
  const auto guard = [](int depth, json::parse_event_t /*event*/, const json& /*value*/) {
    if (depth > kDeepestKeras) throw bad_input("its configuration is nested too deeply");
    return true;
  };
  json config = parse_json(text, guard);
  if (!config.is_object()) throw bad_input("its configuration is no JSON object");
  return config;
}

// "BatchNormalization" → "batch_normalization", "Conv2D" → "conv2d", as Keras makes it.
std::string snake_case(std::string_view name) {
  const auto is = [&](std::size_t at, int (*kind)(int)) {
    return at < name.size() && kind(static_cast<unsigned char>(name[at])) != 0;
  };
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool after_lower = i > 0 && is(i - 1, std::islower);
    const bool begins_word = i > 0 && is(i + 1, std::islower);
    if (is(i, std::isupper) && (after_lower || begins_word)) result += '_';
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return result;
}

class Translator {
 public:
  explicit Translator(const KerasWeights& weights) : writer_(weights) {
    writer_.model.opset = kOpset;
  }

  Translated run(const json& whole_config) {
    const std::string kind = text_of(whole_config, "class_name");
    const json& config = member(whole_config, "config");
    if (kind != "Sequential" && kind != "Functional" && kind != "Model") {
      throw bad_input(
          "a model of the class '{}', whose layers stand in its Python code: save it as a "
          "Functional or Sequential one, or export it: model.export('NAME.onnx', format='onnx')",
          printable(kind));
    }
    const bool chain = kind == "Sequential";
    // Keras 2 had the list of layers in place of the configuration at first.
    const json& layers = config.is_array() ? config : member(config, "layers");
    if (!layers.is_array() || layers.size() > kMostKerasLayers)
      throw bad_input("its configuration has no list of layers");
    for (const json& layer : layers) add(layer, chain);
    if (chain) {
      writer_.model.outputs.push_back(last_);
    } else {
      add_outputs(member(config, "output_layers"));
    }
    return {std::move(writer_.model), std::move(writer_.remarks)};
  }

 private:
  void add(const json& described, bool chain) {
    const json& config = member(described, "config");
    Layer layer{text_of(described, "class_name"),
                text_of(described, "name", text_of(config, "name")), config};
    layer.place = {layer.name, snake_case(layer.kind), orders_[layer.kind]++};
    const json& shape =
        member(config, config.contains("batch_shape") ? "batch_shape" : "batch_input_shape");
    if (layer.kind == "InputLayer" || (chain && last_.empty())) {
      add_input(layer, shape);
      if (layer.kind == "InputLayer") return;
    }
    if (chain) {
      layer.inputs.push_back(last_);
    } else {
      const json& nodes = member(described, "inbound_nodes");
      if (!nodes.is_array() || nodes.size() != 1)
        throw layer.fail("it is used more than once, or never");
      collect_inputs(nodes[0], layer, 0);
    }
    if (layer.inputs.empty()) throw layer.fail("it has no input");
    write_layer(writer_, layer);
    last_ = layer.name;
  }

  void add_input(const Layer& layer, const json& shape) {
    const std::string name = layer.kind == "InputLayer" ? layer.name : layer.name + ".input";
    onnx::Input input{name, {}};
    if (!shape.is_array() || shape.size() > 8) throw layer.fail("it does not say its shape");
    for (const json& extent : shape)
      input.extents.push_back(extent.is_number_integer() ? extent.get<std::int64_t>() : -1);
    if (input.extents.size() != 4)
      throw bad_input("the model takes {} dimensions; expected images", input.extents.size());
    writer_.ranks[name] = 4;
    writer_.model.inputs.push_back(std::move(input));
    last_ = name;
  }

  // Keras 3: tensors anywhere in args and kwargs; Keras 2: [name, node, tensor, {…}].
  void collect_inputs(const json& value, Layer& layer, int depth) {
    if (value.is_object()) {
      const json& history = member(member(value, "config"), "keras_history");
      if (text_of(value, "class_name") == "__keras_tensor__" && history.is_array() &&
          !history.empty() && history[0].is_string()) {
        layer.inputs.push_back(history[0].get<std::string>());
        return;
      }
      for (const auto& [key, inner] : value.items()) collect_inputs(inner, layer, depth + 1);
    } else if (value.is_array()) {
      const bool is_old =
          value.size() >= 3 && value[0].is_string() && value[1].is_number() && value[2].is_number();
      if (is_old) {
        layer.inputs.push_back(value[0].get<std::string>());
        return;
      }
      for (const json& inner : value) collect_inputs(inner, layer, depth + 1);
    } else if (value.is_number()) {
      layer.numbers.push_back(value.get<double>());
    }
  }

  void add_outputs(const json& outputs) {
    // ["q", 0, 0], or a list of such.
    const auto name = [](const json& value) -> const std::string* {
      return value.is_array() && !value.empty() && value[0].is_string()
                 ? &value[0].get_ref<const std::string&>()
                 : nullptr;
    };
    if (const std::string* only = name(outputs)) return writer_.model.outputs.push_back(*only);
    if (outputs.is_array() || outputs.is_object()) {
      for (const json& output : outputs) {
        if (const std::string* one = name(output)) writer_.model.outputs.push_back(*one);
      }
    }
    if (writer_.model.outputs.empty()) throw bad_input("its configuration names no output");
  }

  Writer writer_;
  std::map<std::string, int, std::less<>> orders_;  ///< how many layers of a class there were
  std::string last_;
};

}  // namespace

Translated translate(std::string_view config, const KerasWeights& weights) {
  const json whole_config = parse(config);
  return Translator(weights).run(whole_config);
}

}  // namespace arcadecam::checkpoint::keras
