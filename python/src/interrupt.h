#pragma once

#include <nanobind/nanobind.h>

#include <chrono>

namespace arcadecam::python {

/// Lets Ctrl-C end a long call: looks for it now and then, with the interpreter's lock.
class Interrupt {
 public:
  void operator()() {
    const auto now = std::chrono::steady_clock::now();
    if (now - looked_ < std::chrono::milliseconds(100)) return;
    looked_ = now;
    const nanobind::gil_scoped_acquire locked;
    if (PyErr_CheckSignals() != 0) throw nanobind::python_error();
  }

 private:
  std::chrono::steady_clock::time_point looked_ = std::chrono::steady_clock::now();
};

}  // namespace arcadecam::python
