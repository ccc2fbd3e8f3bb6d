#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace arcadecam {

/// Lower-case hexadecimal SHA-256 (64 characters) or MD5 (32 characters) of some bytes.
std::string sha256(std::span<const std::uint8_t> bytes);
std::string md5(std::span<const std::uint8_t> bytes);
/// SHA-256 of a file's content. Throws Error when it cannot be read.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace arcadecam
