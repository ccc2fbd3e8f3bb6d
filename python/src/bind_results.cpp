// What an explanation holds. Arrays are made when they are asked for, and share the result's
// memory.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.h"
#include "bindings.h"
#include "network.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace arcadecam::python {
namespace {

template <Tensor MethodResult::*field>
nb::object array(nb::handle_t<MethodResult> self) {
  return array_within(nb::cast<MethodResult&>(self).*field, self);
}

}  // namespace

void bind_results(nb::module_& module) {
  nb::class_<MethodResult>(module, "Result")
      .def_prop_ro("method", [](const MethodResult& result) { return result.spec.text(); })
      .def_prop_ro("map", &array<&MethodResult::map>)
      .def_prop_ro("raw", &array<&MethodResult::raw>)
      .def_prop_ro("signed", &array<&MethodResult::signed_map>)
      .def_prop_ro("planes", &array<&MethodResult::planes>)
      .def_prop_ro("lowest", &array<&MethodResult::lowest>)
      .def_prop_ro("highest", &array<&MethodResult::highest>)
      .def_ro("actions", &MethodResult::actions)
      .def_ro("warnings", &MethodResult::warnings)
      .def_prop_ro("layers", [](const MethodResult& result) {
        nb::list states;
        for (const auto& layers : result.layers) {
          nb::dict weights;
          for (const explain::LayerWeight& layer : layers)
            weights[layer.layer.c_str()] = layer.weight;
          states.append(weights);
        }
        return states;
      });
}

}  // namespace arcadecam::python
