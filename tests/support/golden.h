#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "arcadecam/core/npy.h"

namespace arcadecam::test {

/// tests/golden, the arrays and files made by the reference implementations (see its README).
std::filesystem::path golden_dir();

/// The checkout that the tests were built from.
std::filesystem::path source_dir();

/// tests/golden/manifest.json.
const nlohmann::json& manifest();

/// The arrays of a golden .npz, by key, as T (throws when the key is missing).
class GoldenArrays {
 public:
  explicit GoldenArrays(const std::string& relative_path);
  template <typename T>
  [[nodiscard]] BasicTensor<T> get(const std::string& key) const {
    return convert<T>(arrays_.at(key), key);
  }
  [[nodiscard]] bool has(const std::string& key) const { return arrays_.contains(key); }
  [[nodiscard]] const std::map<std::string, NpyArray>& all() const { return arrays_; }

 private:
  std::map<std::string, NpyArray> arrays_;
};

/// A new empty folder under the system's temporary folder, removed with everything in it at the
/// end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace arcadecam::test
