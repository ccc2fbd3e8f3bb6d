#pragma once

#include <array>
#include <string>

#include "episode/step.h"

namespace arcadecam::render {

/// What is written about runs and steps on pictures.

/// The name of an action of the network.
std::string action_name(const episode::RunInfo& info, int action);
/// "Pong · agent pong".
std::string run_words(const episode::RunInfo& info);
/// Whether a method explains a target of its own (its parameter "target").
bool has_own_target(const explain::MethodSpec& method);
/// Why an action that is not greedy was taken: "sampled" by a policy, or "random action".
std::string_view not_greedy_words(const episode::RunInfo& info);
/// How the run was played and, where there are methods, what is explained, for the foot of a
/// picture.
std::string how_words(const episode::RunInfo& info);
/// Two lines: which step; its action, and whether it was drawn at random.
std::array<std::string, 2> step_words(const episode::RunInfo& info, const episode::Step& step,
                                      bool name_episode);

}  // namespace arcadecam::render
