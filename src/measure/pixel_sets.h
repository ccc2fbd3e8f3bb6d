#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcadecam/core/random.h"
#include "measure/context.h"

namespace arcadecam::measure {

/// Places in an H×W map. What is done to them is done in all planes of an observation.
using PixelSet = std::vector<std::int64_t>;

/// Draws sets of pixels, each without replacement.
class SetDraw {
 public:
  SetDraw(std::int64_t pixels, Random random);
  PixelSet draw(std::int64_t size);

 private:
  PixelSet all_;
  Random random_;
};

/// An order cut into sets of `size`; the last one may be smaller.
std::vector<PixelSet> steps_of(std::span<const std::int64_t> order, std::int64_t size);

/// What a map says of each set: the sum of its values.
std::vector<double> sums_over(std::span<const float> map, std::span<const PixelSet> sets);

/// By how much the target falls when each set alone is black.
std::vector<double> losses(Context& context, const Subject& subject,
                           std::span<const PixelSet> sets);

/// The mean of the target's squared changes when all pixels of each set become one grey. `greys`,
/// 0…255: the same number for every set, one set after the other.
std::vector<double> squared_changes(Context& context, const Subject& subject,
                                    std::span<const PixelSet> sets, std::span<const float> greys);

/// A correlation, or 0 where it is not defined: a map that says the same of every set agrees with
/// none.
double or_none(double correlation);

}  // namespace arcadecam::measure
