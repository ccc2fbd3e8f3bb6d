#pragma once

#include <filesystem>

namespace arcadecam::checkpoint {

/// Throws Error for a path that cannot be a checkpoint because of what it is beside other files: a
/// folder, a file that belongs to a folder of TensorFlow, Orbax or RLlib, or weights whose index or
/// model is another file. The message says what it is, and what to give or to save instead.
void refuse_by_place(const std::filesystem::path& path);

}  // namespace arcadecam::checkpoint
