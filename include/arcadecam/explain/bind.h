#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "arcadecam/explain/method.h"
#include "arcadecam/explain/params.h"
#include "arcadecam/explain/target.h"

namespace arcadecam::explain {

/// The parameters that a method takes: its own, and those of common_params() whose names its own do
/// not have.
std::vector<Param> params_of(const Method& method);

/// A method as it was named, made for a network.
struct BoundMethod {
  MethodSpec spec;
  const Method* method;
  std::optional<Target> target;          ///< its own question (the parameter "target")
  double sigma;                          ///< of the parameter, in pixels
  std::unique_ptr<Explainer> explainer;  ///< averaged as the common parameters ask
};

/// Reads and checks all parameters, the method's own and the common ones: a method that was bound
/// can run. `about`: what is asked where the method has no question of its own. For a critic's
/// value, layers are chosen among the critic's. Throws Error (usage) for unknown methods,
/// parameters and layers and for values that are not allowed. Keeps no reference to `graph`.
BoundMethod bind(const MethodSpec& spec, const nn::Graph& graph,
                 const Target& about = Target::chosen());

}  // namespace arcadecam::explain
