#pragma once

#include <span>
#include <string_view>

#include "app/arguments.h"

namespace arcadecam::app {

/// A subcommand of the program. One `extern constinit const Command STEM_entry` per file in
/// commands/; the table is generated from the folder.
struct Command {
  std::string_view name;
  std::string_view summary;  ///< one line, shown in the program's --help
  /// Adds options, help text and a callback (Arguments::callback) that does the work. The callback
  /// reports failure by throwing arcadecam::Error; main() prints it and chooses the exit code.
  void (*define)(Arguments& subcommand);
};

std::span<const Command* const> commands();

}  // namespace arcadecam::app
