#pragma once

#include <string>

#include "picture/image.h"

namespace arcadecam::render {

/// A picture as a page holds it: "data:image/png;base64,…".
std::string png_data_uri(const picture::Image& image);

}  // namespace arcadecam::render
