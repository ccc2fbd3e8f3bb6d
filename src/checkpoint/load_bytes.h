#pragma once

#include "arcadecam/checkpoint/checkpoint.h"
#include "core/bytes.h"

namespace arcadecam::checkpoint {

/// load() on the content of `file`: the path's last components say what the folder names say;
/// nothing is read from the disk but a network description that the options name. `data`: of a
/// TensorFlow checkpoint, whose index `bytes` are.
Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file, const LoadOptions& options,
                      ByteView data = {});

}  // namespace arcadecam::checkpoint
