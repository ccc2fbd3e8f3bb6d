#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/files.h"
#include "core/byte_source.h"

namespace arcadecam {

/// The CRC-32 of bytes that come in parts.
class Crc32 {
 public:
  void add(ByteView bytes);
  /// Puts bytes of another CRC before those that were added.
  void put_before(ByteView bytes);

  [[nodiscard]] std::uint32_t value() const noexcept { return value_; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  std::uint32_t value_ = 0;
  std::uint64_t count_ = 0;
};

/// Writes a zip file of stored members, zip64 where sizes need it. No clock is in the bytes: the
/// same members make the same file.
class ZipWriter {
 public:
  /// `output` must outlive it and be empty; who owns it commits it.
  explicit ZipWriter(OutputFile& output) : output_(output) {}

  /// Appends a member: all bytes of `content`, whose CRC is known. Throws Error.
  void add(std::string name, const ByteSource& content, std::uint32_t crc);
  /// Writes the directory. Nothing may be added afterwards.
  void finish();

 private:
  struct Entry {
    std::string name;
    std::uint64_t size = 0, header_at = 0;
    std::uint32_t crc = 0;
  };

  void write(std::string_view bytes);

  OutputFile& output_;
  std::vector<Entry> entries_;
  std::uint64_t written_ = 0;
};

}  // namespace arcadecam
