#pragma once

#include <optional>
#include <string>

#include "arcadecam/explain/method.h"

namespace arcadecam::explain {

/// What the common parameter "target" asks of a method: a target as Target::parse() reads it, with
/// '/' after its name, since ':' ends a parameter ("margin/2/3"). Nothing where it is empty. Throws
/// Error (usage) for a target that cannot be, and for a method that does not depend on what is
/// explained.
std::optional<Target> own_target(const nn::Graph& graph, const Method& method,
                                 const Params& params);

}  // namespace arcadecam::explain
