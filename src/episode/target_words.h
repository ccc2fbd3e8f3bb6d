#pragma once

#include <span>
#include <string>
#include <string_view>

#include "arcadecam/explain/params.h"

namespace arcadecam::episode {

/// A target as it is typed, with the actions' numbers in place of their names: "margin:LEFT/RIGHT"
/// becomes "margin:3/2". Names are found in any case of their letters. `names`: the network's
/// actions in order; empty where no game says what they are. Throws Error (usage) for a word that
/// names no action.
std::string with_action_numbers(const std::string& target, std::span<const std::string_view> names);

/// The same for the target that a method has of its own ("gradcam:target=margin/LEFT").
void number_actions(explain::MethodSpec& method, std::span<const std::string_view> names);

}  // namespace arcadecam::episode
