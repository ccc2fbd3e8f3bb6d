#include "game/ale_py_roms.h"

#include <algorithm>
#include <sstream>

namespace arcadecam::game {
namespace {

namespace fs = std::filesystem;

/// Whether a folder of libraries is a Python's: "python3", "python3.12".
bool is_pythons(const std::string& name) {
  return name.starts_with("python3");
}

/// Appends the ROMs of the Pythons that are installed below `prefix`.
void add_pythons(const fs::path& prefix, std::vector<fs::path>& folders) {
  std::vector<fs::path> found;
  for (const char* libraries : {"lib", "lib64"}) {
    std::error_code unreadable;
    for (const auto& entry : fs::directory_iterator(prefix / libraries, unreadable)) {
      if (!is_pythons(entry.path().filename())) continue;
      for (const char* packages : {"site-packages", "dist-packages"}) {
        const fs::path roms = entry.path() / packages / "ale_py" / "roms";
        if (fs::is_directory(roms, unreadable)) found.push_back(roms);
      }
    }
  }
  // The order of a folder's entries is the file system's: later versions first.
  std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
    const std::string left = a.string(), right = b.string();
    return left.size() != right.size() ? left.size() > right.size() : left > right;
  });
  for (fs::path& folder : found) {
    if (std::find(folders.begin(), folders.end(), folder) == folders.end())
      folders.push_back(std::move(folder));
  }
}

}  // namespace

std::vector<fs::path> ale_py_roms(const Variables& variables) {
  std::vector<fs::path> folders;
  for (const char* environment : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    if (const std::string prefix = variables(environment); !prefix.empty())
      add_pythons(prefix, folders);
  }
  std::istringstream programs(variables("PATH"));
  for (std::string folder; std::getline(programs, folder, ':');) {
    if (fs::path(folder).is_absolute()) add_pythons(fs::path(folder).parent_path(), folders);
  }
  if (const std::string home = variables("HOME"); !home.empty())
    add_pythons(fs::path(home) / ".local", folders);
  for (const char* prefix : {"/usr/local", "/usr"}) add_pythons(prefix, folders);
  return folders;
}

}  // namespace arcadecam::game
