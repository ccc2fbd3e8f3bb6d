#pragma once

#include "arcadecam/explain/method.h"

namespace arcadecam::explain {

/// For all methods whose numbers belong to the input's values. The method has filled `planes`
/// (C×H×W, signed). From it, raw = Σ over planes and map = Σ over planes of the absolute values,
/// divided by the largest: such numbers are often so small that the epsilon of the last scaling
/// would hide them.
void sum_planes(Attribution& result);

/// map ← raw, for methods whose map is their own numbers.
void raw_as_map(Attribution& result);

/// The observation that is explained as numbers 0…255, into `values` (shape of one sample).
void read_observation(const Query& query, MutableTensorView values);

}  // namespace arcadecam::explain
