#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace arcadecam::sweep {

/// SHA-256 of files, kept in a file so that each is read once: a digest holds while the file's size
/// and time of change stay.
class DigestCache {
 public:
  /// Reads what an earlier call kept. A file that is none of ours is as good as none: digests are
  /// then computed again.
  explicit DigestCache(std::filesystem::path file);

  /// The digest of a file, in lower-case hexadecimal. Throws Error when it cannot be read.
  std::string of(const std::filesystem::path& file);
  /// How many files were read for it, rather than known.
  [[nodiscard]] std::int64_t computed() const { return computed_; }
  /// Keeps what is known; the file appears whole.
  void save();

 private:
  struct Known {
    std::uintmax_t size;
    std::int64_t changed;  ///< in the file system's own ticks
    std::string sha256;
  };

  std::filesystem::path file_;
  std::map<std::string, Known> known_;
  std::int64_t computed_ = 0, unsaved_ = 0;
};

}  // namespace arcadecam::sweep
