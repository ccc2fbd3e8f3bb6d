#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcadecam/core/random.h"

namespace arcadecam::measure {

/// The map's pixels, largest value first. Equal ones come in an order drawn from `random`: by
/// their place they would favour a corner of the picture, and most maps have many zeros.
std::vector<std::int64_t> pixel_order(std::span<const float> map, Random random);

}  // namespace arcadecam::measure
