// What an explanation holds. Arrays are made when they are asked for, as each costs microseconds,
// and share the result's memory.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.h"
#include "bindings.h"
#include "network.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace arcadecam::python {
namespace {

template <typename Owner, Tensor Owner::*field>
nb::object array(nb::handle_t<Owner> self) {
  return array_within(nb::cast<Owner&>(self).*field, self);
}

template <Tensor MethodResult::*field>
constexpr auto of_result = &array<MethodResult, field>;

}  // namespace

void bind_results(nb::module_& module) {
  nb::class_<Outputs>(module, "Outputs")
      .def_prop_ro("values", &array<Outputs, &Outputs::values>)
      .def_prop_ro("memory", &array<Outputs, &Outputs::memory>);
  nb::class_<MethodResult>(module, "Result")
      .def_ro("method", &MethodResult::method)
      .def_prop_ro("map", of_result<&MethodResult::map>)
      .def_prop_ro("raw", of_result<&MethodResult::raw>)
      .def_prop_ro("signed", of_result<&MethodResult::signed_map>)
      .def_prop_ro("planes", of_result<&MethodResult::planes>)
      .def_prop_ro("lowest", of_result<&MethodResult::lowest>)
      .def_prop_ro("highest", of_result<&MethodResult::highest>)
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
