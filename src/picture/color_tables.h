#pragma once

#include <string_view>

namespace arcadecam::picture {

/// The published tables of 256 colours, lowest value first: red, green and blue, two hexadecimal
/// digits each.
extern const std::string_view kInfernoTable, kTurboTable;

}  // namespace arcadecam::picture
