#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "evaluate/states.h"
#include "game/variation.h"
#include "measure/context.h"

namespace arcadecam::evaluate {

/// How much of a method's maps lies on what a variation touches, in the game as it is.
struct Attention {
  double mass = 0;  ///< mean over states of the share of the map (measure::mass_inside())
  double size = 0;  ///< mean over the same states of the share of the picture
  /// States whose map is not zero and where something that the variation touches is seen; of none,
  /// mass and size are NaN.
  std::int64_t states = 0;
};

/// Pixels of the plane by which objects' boxes are grown, as the measure `localisation` does: maps
/// of later layers are coarse.
inline constexpr int kAttentionRadius = 2;

/// One value per method and variation. `progress` is told the maps made, of methods × states; false
/// ends early with what there is so far. Throws Error.
std::vector<std::vector<Attention>> attention(
    const agent::Agent& agent, const SampledStates& sampled,
    std::span<const explain::MethodSpec> methods,
    std::span<const game::Variation* const> variations, const measure::Question& question,
    const std::function<bool(std::int64_t done, std::int64_t total, const std::string& method)>&
        progress = {});

}  // namespace arcadecam::evaluate
