#pragma once

#include "arcadecam/checkpoint/checkpoint.h"
#include "checkpoint/formats/files_beside.h"
#include "core/bytes.h"

namespace arcadecam::checkpoint {

/// load() on the content of `file`: the path's last components say what the folder names say;
/// nothing is read from the disk but a network description that the options name, and what `beside`
/// reads.
Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file, const LoadOptions& options,
                      FilesBeside& beside);
/// The same where there is nothing beside the file.
Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file,
                      const LoadOptions& options);

}  // namespace arcadecam::checkpoint
