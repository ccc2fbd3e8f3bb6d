#pragma once

#include <filesystem>
#include <vector>

namespace arcadecam::render {

/// Where the system and the user keep fonts.
std::vector<std::filesystem::path> font_folders();

/// The widespread fonts with Chinese, Japanese and Korean characters that lie below these folders,
/// best first. The order does not depend on the file system.
std::vector<std::filesystem::path> fallback_fonts(
    const std::vector<std::filesystem::path>& folders = font_folders());

}  // namespace arcadecam::render
