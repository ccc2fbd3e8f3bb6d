#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace arcadecam {

/// Text from a file made fit for a message or a terminal: control characters and bytes that are not
/// UTF-8 as \xNN, cut with "…" after about `longest` bytes.
std::string printable(std::string_view text, std::size_t longest = 80);

}  // namespace arcadecam
