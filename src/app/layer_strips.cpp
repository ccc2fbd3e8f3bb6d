#include "app/layer_strips.h"

#include <algorithm>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/bind.h"
#include "explain/layers.h"

namespace arcadecam::app {
namespace {

bool takes(const explain::MethodSpec& spec, std::string_view key) {
  return std::ranges::any_of(explain::find_method(spec.id).params(),
                             [&](const explain::Param& param) { return param.key == key; });
}

/// The name by which a method takes a layer: a hook after an activation function goes by the layer
/// before it.
std::string name_of(const nn::Graph& graph, const std::string& hooked) {
  for (const int layer : graph.spatial_layers()) {
    if (graph.node(layer).name == hooked) return hooked;
  }
  for (const int layer : graph.spatial_layers()) {
    try {
      if (graph.node(explain::activation_after(graph, layer)).name == hooked)
        return graph.node(layer).name;
    } catch (const Error&) {
      continue;  // no activation function follows
    }
  }
  return hooked;
}

/// The method for one layer alone.
explain::MethodSpec for_layer(const explain::MethodSpec& spec, const std::string& layer) {
  explain::MethodSpec one{spec.id, {}};
  for (const auto& [key, value] : spec.values) {
    if (key != "layers" && key != "layer" && key != "aggregate")
      one.values.emplace_back(key, value);
  }
  one.values.emplace_back(takes(spec, "layer") ? "layer" : "layers", layer);
  return one;
}

}  // namespace

LayerMethods layer_methods(const std::vector<explain::MethodSpec>& methods,
                           const episode::Moment& moment, const nn::Graph& graph,
                           const explain::Target& about) {
  LayerMethods result;
  for (std::size_t m = 0; m < methods.size(); ++m) {
    const auto& layers = moment.step.attributions.at(m)->layers;
    if (layers.size() < 2 || !takes(methods[m], "layers")) continue;
    std::vector<explain::MethodSpec> singles;
    for (const explain::LayerWeight& layer : layers)
      singles.push_back(for_layer(methods[m], name_of(graph, layer.layer)));
    const bool all_can_be_made = std::ranges::all_of(singles, [&](const explain::MethodSpec& one) {
      try {
        (void)explain::bind(one, graph, about);
        return true;
      } catch (const Error&) {
        return false;
      }
    });
    if (!all_can_be_made) continue;
    render::LayerStrip& strip = result.strips.emplace_back(render::LayerStrip{m, {}});
    for (explain::MethodSpec& one : singles) {
      strip.layers.push_back(result.methods.size());
      result.methods.push_back(std::move(one));
    }
  }
  return result;
}

}  // namespace arcadecam::app
