#pragma once

#include "arcadecam/explain/method.h"

namespace arcadecam::explain {

/// The largest relative residual that deserves no warning.
inline constexpr double kCompleteEnough = 1e-3;

/// How far results of single-precision passes about this query may lie apart by rounding alone.
/// `size`: the sum of the sizes of what is added up.
double rounding_of(const Query& query, double size = 0);

/// For a method whose planes are to sum to the value's difference from `baseline`, that of a
/// baseline.
Completeness completeness_of_difference(const Query& query, double baseline,
                                        const Attribution& result);

}  // namespace arcadecam::explain
