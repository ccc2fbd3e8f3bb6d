#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace arcadecam::app {

/// Agents that could not be evaluated, each with the reason.
using Failures = std::vector<std::pair<std::string, std::string>>;

/// Says so to the user and remembers it.
void leave_out(const std::string& agent, const std::string& why, Failures& failures);

/// A table with the columns agent and why. Throws Error where it cannot be written.
void write_failures(const std::filesystem::path& file, const Failures& failures);

}  // namespace arcadecam::app
