#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcadecam/core/shape.h"
#include "arcadecam/explain/method.h"

namespace arcadecam::measure {

/// A part of a picture: one value a pixel, row after row.
using Mask = std::vector<bool>;

/// Which planes' boxes count.
enum class Planes { kAll, kNewest };

/// Adds an object's boxes on these planes, grown by `radius` pixels on each side, to a mask of a
/// `plane` (height×width) that has its size.
void add_boxes(const explain::Object& object, Planes planes, int radius, const Shape& plane,
               Mask& mask);

std::int64_t area(const Mask& mask);

/// Relevance mass accuracy (Arras et al. 2022, eq. 3): Σ inside / Σ of a map without negative
/// values. NaN where the map is zero.
double mass_inside(std::span<const float> map, const Mask& mask);

/// Relevance rank accuracy (Arras et al. 2022, eq. 4): of the |mask| largest values, the share that
/// lies inside. As many of the values that tie for the last places count as by chance. NaN for an
/// empty mask.
double rank_inside(std::span<const float> map, const Mask& mask);

/// Pointing game (Zhang et al. 2018): whether a largest value lies inside; ties count.
bool points_inside(std::span<const float> map, const Mask& mask);

}  // namespace arcadecam::measure
