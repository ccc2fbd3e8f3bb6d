#include "core/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"

namespace arcadecam {

std::optional<FileLock> FileLock::take(const std::filesystem::path& file) {
  // Without O_CLOEXEC: see the header.
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT, 0600);
  if (descriptor < 0)
    throw bad_input("{}: cannot be opened for writing: {}", file.string(), std::strerror(errno));
  FileLock lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
    // Whoever had it may have removed the file since it was opened here.
    struct stat held {
    }, there{};
    if (fstat(descriptor, &held) == 0 && stat(file.c_str(), &there) == 0 &&
        held.st_ino == there.st_ino && held.st_dev == there.st_dev)
      return lock;
    return std::nullopt;
  }
  if (errno == EWOULDBLOCK) return std::nullopt;
  throw bad_input("{}: cannot be locked: {}", file.string(), std::strerror(errno));
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

void make_private_folder(const std::filesystem::path& folder) {
  if (!folder.parent_path().empty()) make_folder(folder.parent_path());
  if (mkdir(folder.c_str(), 0700) == 0) return;
  struct stat found {};
  if (lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode))
    throw bad_input("{}: cannot be made a folder", folder.string());
  if (found.st_uid != geteuid()) {
    throw bad_input("{}: belongs to another user; give another folder", folder.string());
  }
}

}  // namespace arcadecam
