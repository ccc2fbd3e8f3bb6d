#pragma once

#include "arcadecam/explain/method.h"

namespace arcadecam::explain {

/// A method that shows what one backward pass by `rules` carries to the input, plane by plane.
std::unique_ptr<Explainer> make_input_gradient(const nn::Graph& graph, nn::RuleMap rules);

}  // namespace arcadecam::explain
