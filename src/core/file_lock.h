#pragma once

#include <filesystem>
#include <optional>

namespace arcadecam {

/// A file that one process at a time holds (flock), on a local disk. Processes that the holder
/// begins hold it too, so that it is free only when all of them have ended.
class FileLock {
 public:
  /// Takes the lock without waiting; nothing where another one has it. Makes the file, which its
  /// holder may remove. Throws Error where it cannot be made.
  static std::optional<FileLock> take(const std::filesystem::path& file);

  FileLock(FileLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  FileLock& operator=(FileLock&&) = delete;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

/// Makes a folder that nobody else may read or write. Throws Error where it is there already and
/// belongs to another user, as one under /tmp may.
void make_private_folder(const std::filesystem::path& folder);

}  // namespace arcadecam
