#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "episode/chosen_steps.h"
#include "episode/trace.h"

namespace arcadecam::app {

/// Reads "STEP", "EPISODE:STEP" and ranges of steps, "FIRST-LAST" or "EPISODE:FIRST-LAST", all from
/// 0. `option` is named in errors. Throws Error (usage).
episode::StepSet parse_steps(const std::vector<std::string>& texts, std::string_view option);

/// The steps that the run has; a warning names the others, a range's in one line. Throws Error
/// (usage) where it has none of them.
episode::StepSet steps_of_run(const episode::Trace& trace, const episode::StepSet& steps,
                              std::string_view option);

/// The same for a run that `command` has just played into `file`, which stays: the error says how
/// to go on from it.
episode::StepSet steps_of_played_run(std::string_view command, const std::filesystem::path& file,
                                     const episode::Trace& trace, const episode::StepSet& steps,
                                     std::string_view option);

}  // namespace arcadecam::app
