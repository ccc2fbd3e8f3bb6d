#pragma once

#include <filesystem>
#include <string>

namespace arcadecam::serve {

/// A folder that nobody else can look into, for as long as this lives.
class ScratchFolder {
 public:
  /// Throws Error where none can be made.
  ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A whole file. Throws Error.
std::string content_of(const std::filesystem::path& file);

}  // namespace arcadecam::serve
