#pragma once

#include <filesystem>

namespace arcadecam::app {

/// Makes ready for writing `file`, before the work begins: makes its folder, removes what runs that
/// were killed left of it, and tries whether it can be written, which leaves nothing behind. Throws
/// Error otherwise.
void try_output(const std::filesystem::path& file);

/// Removes the temporary files of `file` (FILE.PID.tmp) whose process has ended.
void remove_abandoned(const std::filesystem::path& file);

}  // namespace arcadecam::app
