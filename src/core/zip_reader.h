#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_source.h"

namespace arcadecam {

/// A member as the directory of a zip file states it.
struct ZipMember {
  std::string name;  ///< as in the file, unchecked: never use it as a path
  std::uint64_t size = 0, packed_size = 0;
  std::uint64_t header_at = 0;  ///< where its local header begins
  std::uint64_t data_at = 0;    ///< where its packed bytes begin; all of them are in the file
  std::uint32_t crc = 0;
  std::uint16_t method = 0, flags = 0;

  static constexpr std::uint16_t kStored = 0, kDeflated = 8;
  static constexpr std::uint16_t kEncrypted = 1U << 0U, kDescriptor = 1U << 3U;

  [[nodiscard]] bool encrypted() const { return (flags & kEncrypted) != 0; }
};

/// The members of a zip file, in the directory's order (APPNOTE 6.3: zip64, data descriptors; one
/// disk). Nothing is unpacked. Every member's local header must agree with the directory, the end
/// records with both, and no bytes may lie between the directory and its end records or after
/// these. Throws Error where the file is anything else or has more than `most` members.
std::vector<ZipMember> read_zip_directory(const ByteSource& source, std::size_t most);

/// Reads a zip file whose bytes are not trusted.
class ZipReader {
 public:
  /// Throws Error as read_zip_directory() does, and when two members have one name.
  explicit ZipReader(std::unique_ptr<ByteSource> source);

  [[nodiscard]] const std::vector<ZipMember>& members() const noexcept { return members_; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  /// Throws Error unless read() knows how to unpack the member: stored or deflated, not encrypted.
  static void check(const ZipMember& member);
  /// The content of a member that passes check(): as many bytes as the directory says, by its CRC.
  /// Who calls it has compared ZipMember::size with his limits. Throws Error.
  [[nodiscard]] Bytes read(std::size_t member) const;

 private:
  std::unique_ptr<ByteSource> source_;
  std::vector<ZipMember> members_;
  std::vector<std::size_t> by_name_;  ///< indices of members_, sorted by name
};

}  // namespace arcadecam
