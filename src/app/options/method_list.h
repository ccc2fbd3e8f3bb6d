#pragma once

#include <string>
#include <vector>

#include "agent/agent.h"
#include "arcadecam/explain/params.h"
#include "arcadecam/explain/target.h"

namespace arcadecam::app {

/// The methods of a command line's list, or for "all" every method with its default parameters,
/// save those that cannot be made for this agent's network and game; those are printed with the
/// reason. `about`: what is explained. Throws Error for a method of the list that does not exist or
/// whose parameters cannot be (explain::bind()): before anything is played.
std::vector<explain::MethodSpec> list_methods(const std::string& text, const agent::Agent& agent,
                                              const explain::Target& about);

/// Whether one of them asks what is in the picture.
bool asks_objects(const std::vector<explain::MethodSpec>& specs);

/// Throws Error (usage) for a method that asks what is in the picture, where no game says so.
void refuse_methods_of_objects(const std::vector<explain::MethodSpec>& specs);

/// Throws Error (usage) for a method that asks for states without an object, where nobody draws
/// them.
void refuse_methods_of_removals(const std::vector<explain::MethodSpec>& specs,
                                const agent::Agent& agent);

}  // namespace arcadecam::app
