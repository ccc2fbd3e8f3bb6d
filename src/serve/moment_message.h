#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/json_text.h"
#include "serve/show/show.h"

namespace arcadecam::serve {

/// A step as all clients get it (docs/viewer.md).
std::string step_message(const Show& show, const ShownStep& moment, bool with_sound);
/// The same as the answer to a request.
std::string reply_message(const Show& show, const ShownStep& moment, std::uint64_t id);
std::string reply_message(const Show& show, const WhatIf& what_if, std::uint64_t id);

JsonText json_of(const game::GameObject& object);

}  // namespace arcadecam::serve
