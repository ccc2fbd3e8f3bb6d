#pragma once

#include <cstdint>
#include <string>

#include "checkpoint/convention.h"

namespace arcadecam::checkpoint {

// Heads that give several numbers for each action: the atoms of a distribution (Bellemare et al.
// 2017) or its quantiles.

/// Throws Error unless `layer`, which has so many outputs, has them for each of `count` `what`
/// ("atoms").
void check_multiple(const std::string& layer, std::int64_t outputs, std::int64_t count,
                    const char* what);

/// The support that C51 and Rainbow have by default: `atoms` returns from −10 to 10.
nn::Weights usual_support(std::int64_t atoms = 51);
/// Says that usual_support() was taken as the file does not hold it.
void note_usual_support(Description& description);

/// "51 atoms, -10 … 10".
std::string title_of_support(const Tensor& support);

}  // namespace arcadecam::checkpoint
