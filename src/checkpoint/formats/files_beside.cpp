#include "checkpoint/formats/files_beside.h"

#include <algorithm>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 1000;

bool is_below(const fs::path& file, const fs::path& folder) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  return end == folder.end() && rest != file.end();
}

}  // namespace

ByteView FilesBeside::read(const std::string& name) {
  const auto found = files_.find(name);
  if (found != files_.end()) return found->second;
  if (files_.size() == kMostFiles) throw bad_input("more than {} files beside it", kMostFiles);
  return files_.emplace(name, read_once(name)).first->second;
}

Bytes FolderBeside::read_once(const std::string& name) {
  const fs::path relative(name);
  const bool climbs = std::ranges::find(relative, fs::path("..")) != relative.end();
  if (relative.empty() || relative.is_absolute() || climbs ||
      name.find('\\') != std::string::npos || name.find('\0') != std::string::npos) {
    throw bad_input(
        "it names the file '{}' beside it: expected a path inside the checkpoint's own folder",
        printable(name));
  }
  const fs::path file = checkpoint_.parent_path() / relative;
  if (!fs::exists(file)) {
    throw bad_input("its weights lie in '{}', which is not beside it: keep both files together",
                    printable(name));
  }
  // Caches keep a checkpoint and its files as links into one folder: that folder counts as well.
  std::error_code failure;
  const fs::path real = fs::canonical(file, failure);
  const fs::path folder = fs::canonical(fs::absolute(checkpoint_).parent_path(), failure);
  const fs::path origin = fs::canonical(checkpoint_, failure).parent_path();
  if (failure || (!is_below(real, folder) && !is_below(real, origin))) {
    throw bad_input("'{}' is a link that leads out of the checkpoint's folder", printable(name));
  }
  Bytes bytes = read_file(file, left_);
  left_ -= bytes.size();
  return bytes;
}

Bytes NothingBeside::read_once(const std::string& name) {
  throw bad_input("its weights lie in '{}', another file, and only one was given", printable(name));
}

}  // namespace arcadecam::checkpoint
