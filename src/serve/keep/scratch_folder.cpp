#include "serve/keep/scratch_folder.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

#include "arcadecam/core/error.h"

namespace arcadecam::serve {

ScratchFolder::ScratchFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "arcadecam-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw bad_input("no folder for temporary files can be made at {}: check TMPDIR", pattern);
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) throw bad_input("{}: cannot be read", file.string());
  return content;
}

}  // namespace arcadecam::serve
