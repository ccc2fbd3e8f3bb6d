#include "core/program_folder.h"

namespace arcadecam {
namespace fs = std::filesystem;

fs::path program_folder() {
  std::error_code unreadable;
  return fs::read_symlink("/proc/self/exe", unreadable).parent_path();
}

fs::path data_file(const std::string& name, const fs::path& otherwise) {
  const fs::path installed = (program_folder() / ARCADECAM_DATA / name).lexically_normal();
  std::error_code unreadable;
  return fs::exists(installed, unreadable) ? installed : otherwise;
}

}  // namespace arcadecam
