#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "arcadecam/core/random.h"
#include "arcadecam/core/tensor.h"
#include "measure/context.h"

namespace arcadecam::measure {

/// What takes the place of a zero that is divided by (Agarwal et al. 2022; Quantus has the same).
inline constexpr double kSmallest = 1e-6;

/// What changes when the observation changes a little.
struct RelativeChange {
  double map;        ///< ‖(a − a')/a‖ of the maps as shown
  double picture;    ///< ‖(x − x')/x‖, values 0…1
  double outputs;    ///< ‖h(x) − h(x')‖
  bool same_action;  ///< the largest output is that of the same action
};

/// The observation under noise, `count` times: uniform within ± `reach` of white, cut at black and
/// white.
std::vector<Tensor> noisy_pictures(const ByteTensor& observation, std::int64_t count, double reach,
                                   Random random);

/// What each picture (0…255) changes; it is explained for the subject's target.
std::vector<RelativeChange> relative_changes(Context& context, const Subject& subject,
                                             std::span<const Tensor> pictures);

/// The largest change of the map per change of `by`, among the pictures on which the action stays;
/// nothing where it stays on none.
std::optional<double> largest_ratio(std::span<const RelativeChange> changes,
                                    double RelativeChange::*by);

}  // namespace arcadecam::measure
