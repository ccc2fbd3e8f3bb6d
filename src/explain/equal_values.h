#pragma once

#include <span>

namespace arcadecam::explain {

/// Whether values that a network gave for different inputs are all the same but for the rounding of
/// single precision: then nothing can be read from their differences. True of none and of one.
bool equal_values(std::span<const double> values);

}  // namespace arcadecam::explain
