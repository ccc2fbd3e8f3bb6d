#pragma once

#include "arcadecam/explain/method.h"

namespace arcadecam::explain {

/// What all methods share whose numbers belong to the input's values: `planes` (C×H×W, signed) is
/// filled by the method; from it raw = Σ over planes, map = Σ over planes of the sizes, relative to
/// the largest: such numbers are often so small that the epsilon of the last scaling would swallow
/// them.
void sum_planes(Attribution& result);

/// map ← raw, for methods whose map is their own numbers.
void raw_as_map(Attribution& result);

/// The observation that is explained as numbers 0…255, into `values` (shape of one sample).
void read_observation(const Query& query, MutableTensorView values);

}  // namespace arcadecam::explain
