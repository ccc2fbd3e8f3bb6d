#pragma once

#include <nanobind/nanobind.h>

namespace arcadecam::python {

// Each adds its part to the module.

void bind_error(nanobind::module_& module);
void bind_network(nanobind::module_& module);
void bind_results(nanobind::module_& module);
void bind_methods(nanobind::module_& module);
void bind_pictures(nanobind::module_& module);
void bind_measures(nanobind::module_& module);

}  // namespace arcadecam::python
