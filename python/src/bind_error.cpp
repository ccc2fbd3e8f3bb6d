#include "arcadecam/core/error.h"
#include "bindings.h"

namespace nb = nanobind;

namespace arcadecam::python {

void bind_error(nb::module_& module) {
  nb::exception<Error> error(module, "Error", PyExc_ValueError);
  error.attr("__module__") = "arcadecam";
  error.attr("__doc__") =
      "What is wrong with a file, an array or a parameter, in one line: what was expected, what "
      "was "
      "found, and what to do.";
}

}  // namespace arcadecam::python
