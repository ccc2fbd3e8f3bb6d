#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "arcadecam/explain/params.h"
#include "arcadecam/explain/target.h"
#include "measure/context.h"

namespace arcadecam::python {

/// What is measured on given states.
struct Measuring {
  std::vector<measure::State> states;  ///< State::index counts them
  std::vector<explain::MethodSpec> methods;
  std::vector<measure::BoundMeasure> measures;
  measure::Question question;
};

/// One number: what a measure found about a method's map of a state.
struct Measured {
  std::int64_t state;
  std::size_t method, measure;  ///< their places in the lists
  measure::Finding finding;
};

/// Measures every method on every state that the measures take, in the order states, methods,
/// measures of each batch; those that compare all states come last of their method. `pause` is
/// called between measures and may throw, which ends it. Undefined numbers are left out. Throws
/// Error.
std::vector<Measured> measure_states(const measure::Network& network, const Measuring& measuring,
                                     const std::function<void()>& pause);

}  // namespace arcadecam::python
