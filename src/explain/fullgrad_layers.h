#pragma once

#include <string>
#include <vector>

#include "arcadecam/core/tensor.h"
#include "arcadecam/nn/graph.h"

namespace arcadecam::explain {

/// What a method of the FullGrad family adds up.
struct FullGradLayers {
  bool input = true;        ///< the term input × gradient
  std::vector<int> layers;  ///< nodes, ascending
};

/// The parameter "layers": "input" and names as find_layers() knows them; empty: the input and all
/// convolution and normalisation layers. `biased`: of these only layers with a bias, and Error
/// (usage) for one that is named and has none.
FullGradLayers fullgrad_layers(const nn::Graph& graph, const std::vector<std::string>& names,
                               bool biased);

inline constexpr const char* kInputTerm = "input";
inline constexpr const char* kFullGradLayersHelp =
    "what is added up, separated by '/': input and layers by index or name; default: the input and "
    "all convolution and normalisation layers";

/// How much each term in turn adds to the sum of a map that is zero at first.
class AddedMass {
 public:
  explicit AddedMass(const Tensor& map) : map_(map) {}
  /// What was added since the last call.
  double next();

 private:
  const Tensor& map_;
  double before_ = 0;
};

}  // namespace arcadecam::explain
