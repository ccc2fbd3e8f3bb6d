#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "render/text.h"

namespace arcadecam::render {

/// The text in lines no wider than `room` where that is possible: broken at spaces, which go, and
/// after colons (a method's parameters). At least one line, which may be empty.
std::vector<std::string> wrap_text(const Font& font, std::string_view text, std::int64_t room);

}  // namespace arcadecam::render
