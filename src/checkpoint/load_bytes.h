#pragma once

#include <string>
#include <string_view>

#include "arcadecam/checkpoint/checkpoint.h"
#include "checkpoint/formats/files_beside.h"
#include "core/bytes.h"

namespace arcadecam::checkpoint {

/// load() on the content of `file`: the path's last components say what the folder names say;
/// nothing is read from the disk but a network description that the options name, and what `beside`
/// reads.
Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file, const LoadOptions& options,
                      FilesBeside& beside);
/// The same with a network description at hand in place of the one that `options.network` would
/// name: its text, which errors call `description_name`.
Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file, LoadOptions options,
                      FilesBeside& beside, std::string_view description,
                      const std::string& description_name);
/// As the first where there is nothing beside the file.
Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file,
                      const LoadOptions& options);

}  // namespace arcadecam::checkpoint
