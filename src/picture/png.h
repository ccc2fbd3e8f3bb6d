#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "picture/image.h"

namespace arcadecam::picture {

/// What a PNG file says about itself: keyword → text. A keyword is 1 to 79 printable ASCII
/// characters without outer or double spaces; the text is UTF-8 without zero bytes (stored as tEXt
/// when it is plain ASCII, else as iTXt).
using Metadata = std::map<std::string, std::string>;

/// The bytes of an 8-bit RGB PNG file. `scale` enlarges each pixel to scale×scale pixels. The same
/// arguments give the same bytes (no time stamp). Throws Error for an empty picture, a scale below
/// 1, a picture beyond 1,000,000 pixels a side, or metadata that PNG cannot hold.
std::vector<std::uint8_t> encode_png(const Image& image, const Metadata& metadata = {},
                                     int scale = 1);

/// Writes encode_png()'s bytes under a temporary name, then renames (see OutputFile).
void write_png(const std::filesystem::path& file, const Image& image, const Metadata& metadata = {},
               int scale = 1);

}  // namespace arcadecam::picture
