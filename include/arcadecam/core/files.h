#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace arcadecam {

/// The whole content of a regular file. Throws Error when it is missing, is not a regular file,
/// cannot be read or is larger than `max_bytes`.
std::vector<std::uint8_t> read_file(
    const std::filesystem::path& file,
    std::uint64_t max_bytes = std::numeric_limits<std::uint64_t>::max());

/// A file that appears under its final name only when it is whole: written under a temporary name
/// in the same folder, renamed by commit(), removed when it is destroyed before that. Every failure
/// (no such folder, no permission, full disk) is an Error that names the final file.
class OutputFile {
 public:
  /// `part_of`: errors name this file instead, where the written one is only a step on the way to
  /// it.
  explicit OutputFile(std::filesystem::path final_name, std::filesystem::path part_of = {});
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  void write(std::span<const std::uint8_t> bytes);
  void write(std::string_view text);
  /// Overwrites bytes at the file's start (a header whose fields are known only at the end).
  void rewrite_start(std::string_view text);
  /// Hands everything written so far to the operating system, so that others can read it.
  void flush();
  /// Flushes, closes and renames to the final name.
  void commit();

  /// The temporary name, for libraries that write files themselves.
  [[nodiscard]] const std::filesystem::path& temporary() const noexcept { return temporary_; }

 private:
  void check(std::string_view action);

  std::filesystem::path final_, named_, temporary_;
  std::ofstream stream_;
  bool committed_ = false;
};

/// Makes a folder and its parents. Throws Error when that fails or when a file has the folder's
/// name.
void make_folder(const std::filesystem::path& folder);

}  // namespace arcadecam
