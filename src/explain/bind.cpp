#include "arcadecam/explain/bind.h"

#include <utility>

#include "explain/averages.h"
#include "explain/own_target.h"

namespace arcadecam::explain {

std::vector<Param> params_of(const Method& method) {
  return with_common(method.params(), common_params());
}

BoundMethod bind(const MethodSpec& spec, const nn::Graph& graph, const Target& about) {
  constexpr double kWidest = 1000;
  const Method& method = find_method(spec.id);
  const Params params(spec, params_of(method));
  BoundMethod bound{spec, &method, own_target(graph, method, params),
                    params.number("sigma", 0, kWidest), nullptr};
  const auto make = [&](const nn::Graph& layers) {
    bound.explainer = averaged(method.make(layers, params), params);
  };
  const bool asks_critic =
      graph.value() && bound.target.value_or(about).enters_before_output(graph);
  asks_critic ? make(graph.with_layers_of(*graph.value())) : make(graph);
  return bound;
}

}  // namespace arcadecam::explain
