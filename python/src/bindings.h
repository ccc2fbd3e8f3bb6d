#pragma once

#include <nanobind/nanobind.h>

#include <string_view>

namespace arcadecam::python {

/// As a text of Python's.
inline nanobind::str text(std::string_view view) {
  return nanobind::str(view.data(), view.size());
}

// Each adds its part to the module.

void bind_error(nanobind::module_& module);
void bind_network(nanobind::module_& module);
void bind_results(nanobind::module_& module);
void bind_methods(nanobind::module_& module);
void bind_pictures(nanobind::module_& module);
void bind_measures(nanobind::module_& module);

}  // namespace arcadecam::python
