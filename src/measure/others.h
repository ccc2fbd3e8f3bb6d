#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "measure/measure.h"

namespace arcadecam::measure {

/// Stands for the action of a state whose map says nothing: it is compared with no other.
inline constexpr int kNoMap = -1;

/// For each state (Dasgupta et al. 2022): the share of the other states of a similar map that lead
/// to the same action, nothing where no map is similar; that share minus the one among all others;
/// and the share of the others whose map is similar. `names`: of these three. `similar` is asked
/// about places among the states that have a map.
std::vector<std::vector<Finding>> findings_of(
    std::span<const int> actions, const std::function<bool(std::size_t, std::size_t)>& similar,
    const std::array<std::string_view, 3>& names);

}  // namespace arcadecam::measure
