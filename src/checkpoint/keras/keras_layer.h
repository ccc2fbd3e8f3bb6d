#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/error.h"
#include "checkpoint/keras/keras_weights.h"
#include "checkpoint/onnx/onnx_model.h"

namespace arcadecam::checkpoint::keras {

/// A layer or operation as a model's configuration describes it.
struct Layer {
  std::string kind, name;
  const nlohmann::json& config;
  std::vector<std::string> inputs{};  ///< the layers before it
  std::vector<double> numbers{};      ///< arguments that are no layers
  LayerPlace place{};

  [[nodiscard]] Error fail(std::string_view what) const;
  /// The setting, or null.
  [[nodiscard]] const nlohmann::json& setting(const char* setting_name) const;
  [[nodiscard]] double real(const char* setting_name, double otherwise) const;
  [[nodiscard]] bool is_off(const char* setting_name) const;  ///< false, and not left out
  [[nodiscard]] bool has_channels_last() const;
  /// Two whole numbers, or one for both.
  [[nodiscard]] std::vector<std::int64_t> pair(const char* setting_name,
                                               std::int64_t otherwise) const;
};

/// The member of an object, or null.
const nlohmann::json& member(const nlohmann::json& object, const char* name);
/// The member where it is a text.
std::string text_of(const nlohmann::json& object, const char* name,
                    std::string_view otherwise = {});

/// Writes ONNX's operators for layers. A layer's output has the layer's name.
class Writer {
 public:
  using Attributes = std::map<std::string, onnx::Attribute, std::less<>>;

  explicit Writer(const KerasWeights& weights) : weights_(weights) {}

  /// Appends an operator, called after the layer and `part`; returns its output's name.
  std::string emit(const Layer& layer, std::string_view part, std::string type,
                   std::vector<std::string> inputs, Attributes attributes = {});
  /// Makes `value`, of so many dimensions, what the layer puts out.
  void finish(const Layer& layer, std::string value, int rank);
  /// How many dimensions the layer's first input has, the batch included.
  [[nodiscard]] int rank(const Layer& layer) const;

  /// A constant in the model; returns its name.
  std::string constant(const Layer& layer, std::string_view name, std::vector<std::int64_t> extents,
                       std::vector<float> values);
  std::string constant(const Layer& layer, std::string_view name, const Tensor& tensor);
  std::string number(const Layer& layer, std::string_view name, double value);
  [[nodiscard]] nn::Weights take(const Layer& layer, std::string_view name, int index) const {
    return weights_.take(layer.place, name, index);
  }

  /// Images with their channels first, as ONNX's operators take them, and back, where `last`.
  std::string first(const Layer& layer, const std::string& value, bool last);
  std::string back(const Layer& layer, const std::string& value, bool last);
  /// The activation function that a configuration names.
  std::string activated(const Layer& layer, const std::string& value,
                        const nlohmann::json& function);

  onnx::Model model;
  std::vector<std::string> remarks;  ///< what was assumed
  std::map<std::string, int, std::less<>> ranks;

 private:
  const KerasWeights& weights_;
  int values_ = 0;
};

onnx::Attribute whole(std::int64_t value);
onnx::Attribute wholes(std::vector<std::int64_t> values);
onnx::Attribute real(double value);
onnx::Attribute text(std::string value);

/// Writes the operators of a layer. Throws Error naming it where that is not possible.
void write_layer(Writer& writer, const Layer& layer);

}  // namespace arcadecam::checkpoint::keras
