#include "app/options/tried_output.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/files.h"
#include "core/parse_number.h"

namespace arcadecam::app {
namespace {

namespace fs = std::filesystem;

/// The process of a temporary file "NAME.PID.tmp", 0 where it is none of NAME's.
pid_t process_of(std::string_view temporary, std::string_view name) {
  constexpr std::string_view kEnd = ".tmp";
  if (!temporary.starts_with(name) || !temporary.ends_with(kEnd)) return 0;
  temporary.remove_prefix(name.size());
  if (temporary.size() <= kEnd.size() || temporary.front() != '.') return 0;
  temporary.remove_prefix(1);
  temporary.remove_suffix(kEnd.size());
  return parse_number<pid_t>(temporary).value_or(0);
}

bool has_ended(pid_t process) {
  return kill(process, 0) != 0 && errno == ESRCH;
}

fs::path folder_of(const fs::path& file) {
  return fs::absolute(file).lexically_normal().parent_path();
}

}  // namespace

void remove_abandoned(const fs::path& file) {
  std::vector<fs::path> abandoned;
  std::error_code failure;
  const std::string name = file.filename().string();
  for (const auto& entry : fs::directory_iterator(folder_of(file), failure)) {
    const pid_t process = process_of(entry.path().filename().string(), name);
    if (process > 0 && has_ended(process) && entry.is_regular_file(failure))
      abandoned.push_back(entry.path());
  }
  for (const fs::path& left : abandoned) fs::remove(left, failure);
}

void try_output(const fs::path& file) {
  make_folder(folder_of(file));
  remove_abandoned(file);
  const OutputFile tried(file);
}

}  // namespace arcadecam::app
