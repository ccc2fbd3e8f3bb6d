#pragma once

#include <array>
#include <string_view>

#include "arcadecam/core/random.h"
#include "arcadecam/core/tensor.h"

namespace arcadecam::measure {

/// What takes the place of a pixel that is taken away, in all planes of an observation.
enum class Substrate { kBlack, kNoise, kBlur };
inline constexpr std::array<Substrate, 3> kSubstrates{Substrate::kBlack, Substrate::kNoise,
                                                      Substrate::kBlur};

/// Zero; uniform between 0 and 255; the plane itself under a Gaussian of 5 pixels.
Tensor substrate_of(const ByteTensor& observation, Substrate substrate, Random random);

}  // namespace arcadecam::measure
