// The table of methods.
#include <nanobind/stl/string.h>

#include <string>

#include "arcadecam/explain/bind.h"
#include "arcadecam/explain/method.h"
#include "bindings.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace arcadecam::python {
namespace {

nb::list params(std::span<const explain::Param> params) {
  nb::list list;
  for (const explain::Param& param : params)
    list.append(nb::make_tuple(text(param.key), text(param.default_value), text(param.help)));
  return list;
}

nb::list promises(const explain::Promise& promise) {
  nb::list list;
  if (promise.is_signed) list.append("signed");
  if (promise.complete) list.append("complete");
  if (promise.linear) list.append("linear in the target");
  if (promise.scale_invariant) list.append("scale-invariant");
  if (promise.stochastic) list.append("stochastic");
  if (!promise.uses_decision) list.append("blind to the decision");
  return list;
}

nb::dict method_entry(const explain::Method& method) {
  nb::dict entry;
  entry["name"] = text(method.id);
  entry["title"] = text(method.title);
  entry["citation"] = text(method.citation);
  entry["extra_passes"] = text(method.extra_passes);
  entry["asks_objects"] = method.asks_objects;
  entry["promises"] = promises(method.promise);
  entry["params"] = params(method.params());
  return entry;
}

}  // namespace

void bind_methods(nb::module_& module) {
  module.def("methods", [] {
    nb::list list;
    for (const explain::Method* method : explain::methods()) list.append(method_entry(*method));
    return list;
  });
  module.def(
      "find_method",
      [](const std::string& name) { return method_entry(explain::find_method(name)); }, "name"_a);
  module.def("common_params", [] { return params(explain::common_params()); });
}

}  // namespace arcadecam::python
