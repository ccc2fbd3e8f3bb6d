#pragma once

#include <string_view>

#include "episode/trace.h"

namespace arcadecam::app {

/// Tells, on standard error, whoever gives a protocol's name that meant something else in earlier
/// versions.
void note_protocol(std::string_view name);
/// The same of a trace that such a version wrote.
void note_protocol(const episode::Trace& trace);

}  // namespace arcadecam::app
