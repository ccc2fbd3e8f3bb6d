#pragma once

#include <map>
#include <string>
#include <vector>

#include "arcadecam/nn/graph.h"
#include "checkpoint/formats/hdf/hdf5.h"

namespace arcadecam::checkpoint::keras {

/// A layer's place among those of its class, in the model's order.
struct LayerPlace {
  std::string name;  ///< the user's
  std::string kind;  ///< "conv2d": its class as Keras writes it into paths
  int order;         ///< 0 for the first of its class
};

/// A model's weights, in the file of a `.keras` archive or of save_weights, where a layer is its
/// class and its order whatever the user called it ("layers/dense_1/vars/0"), or in a whole `.h5`,
/// where it has its name ("model_weights/NAME/…/kernel").
class KerasWeights {
 public:
  explicit KerasWeights(const hdf5::Contents& contents);

  /// The weight `name` ("kernel"), the `index`th of the layer. Throws Error where it is missing or
  /// is none of finite floating-point numbers.
  [[nodiscard]] nn::Weights take(const LayerPlace& layer, std::string_view name, int index) const;

 private:
  [[nodiscard]] const hdf5::Dataset* find(const LayerPlace& layer, std::string_view name,
                                          int index) const;

  std::map<std::string, const hdf5::Dataset*, std::less<>> by_path_;
};

/// The array's numbers. Throws Error where they are none that weights can be.
nn::Weights tensor_of(const hdf5::Dataset& dataset);

/// "model_weights/q/q/kernel:0" → "kernel".
std::string last_part(std::string_view path);

}  // namespace arcadecam::checkpoint::keras
