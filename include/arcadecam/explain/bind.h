#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "arcadecam/explain/method.h"
#include "arcadecam/explain/params.h"
#include "arcadecam/explain/target.h"

namespace arcadecam::explain {

/// The parameters that a method takes: its own, and those of common_params() that it has none of
/// the same name of.
std::vector<Param> params_of(const Method& method);

/// A method as it was named, made for a network.
struct BoundMethod {
  MethodSpec spec;
  const Method* method;
  std::optional<Target> target;          ///< its own question (the parameter "target")
  double sigma;                          ///< of the parameter, in pixels
  std::unique_ptr<Explainer> explainer;  ///< averaged as the common parameters ask
};

/// Reads and checks all parameters, the method's own and the common ones: what it accepts runs.
/// `about`: what is asked where the method has no question of its own; of a critic's value the
/// critic's layers are chosen from. Throws Error (usage) for unknown methods, parameters and layers
/// and for values that cannot be; keeps nothing of `graph`.
BoundMethod bind(const MethodSpec& spec, const nn::Graph& graph,
                 const Target& about = Target::chosen());

}  // namespace arcadecam::explain
