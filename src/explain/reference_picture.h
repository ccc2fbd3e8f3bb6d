#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "arcadecam/core/tensor.h"

namespace arcadecam::explain {

/// What an observation is compared with: zero everywhere (black); the median grey of what surrounds
/// each pixel on its plane, so that what is small stands out and large surfaces do not; the median
/// over the stacked frames, so that what moves stands out.
enum class Reference { kZero, kMedian, kStack };
inline constexpr std::array<std::string_view, 3> kReferences{"zero", "median", "stack"};

/// The reference of an observation C×H×W, in its shape. `radius`: kMedian takes windows of
/// 2·radius + 1 pixels on a side, mirrored at the border. `frame_planes`: how many planes are one
/// frame; kStack compares planes of one colour. The median of an even number of frames is the mean
/// of the two in the middle.
Tensor reference_picture(Reference reference, const Tensor& observation, std::int64_t radius,
                         std::int64_t frame_planes);

}  // namespace arcadecam::explain
