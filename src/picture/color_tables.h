#pragma once

#include <string_view>

namespace arcadecam::picture {

/// The published table of 256 colours, lowest value first: red, green and blue, two hexadecimal
/// digits each.
extern const std::string_view kInfernoTable;

}  // namespace arcadecam::picture
