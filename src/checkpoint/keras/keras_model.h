#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/keras/keras_weights.h"
#include "checkpoint/onnx/onnx_model.h"

namespace arcadecam::checkpoint::keras {

/// What a model's configuration and its weights are in ONNX's operators.
struct Translated {
  onnx::Model model;
  std::vector<std::string> remarks;  ///< what was assumed, one sentence each
};

/// Translates the JSON text of a Sequential or Functional model (Keras 2 and 3). Nothing in it is
/// run. Throws Error naming the layer that cannot be translated.
Translated translate(std::string_view config, const KerasWeights& weights);

}  // namespace arcadecam::checkpoint::keras
