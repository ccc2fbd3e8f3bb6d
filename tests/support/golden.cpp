#include "support/golden.h"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "arcadecam/core/error.h"

namespace arcadecam::test {

std::filesystem::path golden_dir() {
  return source_dir() / "tests/golden";
}

std::filesystem::path source_dir() {
  return ARCADECAM_SOURCE_DIR;
}

const nlohmann::json& manifest() {
  static const nlohmann::json json = [] {
    std::ifstream file(golden_dir() / "manifest.json");
    return nlohmann::json::parse(file);
  }();
  return json;
}

GoldenArrays::GoldenArrays(const std::string& relative_path)
    : arrays_(read_npz(golden_dir() / relative_path)) {}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "arcadecam_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw bad_input("cannot make a temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace arcadecam::test
