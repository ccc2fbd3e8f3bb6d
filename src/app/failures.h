#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam::app {

/// What could not be evaluated, and why: an agent, or one measure on the maps of one method.
struct Failure {
  std::string agent, method, measure;  ///< method and measure are empty where it is a whole agent
  std::string why;
};
using Failures = std::vector<Failure>;

/// Whether the whole agent is among them.
bool is_left_out(const Failures& failures, const std::string& agent);

/// Says so to the user and remembers it.
void leave_out(Failure failure, Failures& failures);

/// A table with the columns agent, method, measure and why; none where there are no failures.
/// Throws Error where it cannot be written.
void write_failures(const std::filesystem::path& file, const Failures& failures);

/// What a call ends with where some of `agents` agents, or some measures, failed and stand in
/// `file`. There must be a failure.
Error error_of(const Failures& failures, std::size_t agents, const std::filesystem::path& file);

}  // namespace arcadecam::app
