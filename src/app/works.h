#pragma once

#include <span>

#include "app/bibliography.h"

namespace arcadecam::app {

/// Every work that the methods and measures cite, ordered by name.
std::span<const CitedWork> works();

}  // namespace arcadecam::app
