#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/inflate_limits.h"

struct zip;

namespace arcadecam::checkpoint {

[[nodiscard]] bool is_zip(ByteView bytes);

/// A zip file in memory, read only; nothing is ever written to the disk. Stored and deflated
/// members, zip64, data descriptors.
class ZipArchive {
 public:
  struct Member {
    std::string name;  ///< as in the file, unchecked: never use it as a path
    std::uint64_t size, packed_size;
  };

  /// Checks the whole directory before anything is unpacked: consistency, methods, duplicate names,
  /// sizes against `limits`. Throws Error. The bytes must outlive the archive.
  ZipArchive(ByteView bytes, const InflateLimits& limits);

  [[nodiscard]] const std::vector<Member>& members() const noexcept { return members_; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  /// The member's content; its CRC is verified. Throws Error.
  [[nodiscard]] Bytes read(std::size_t member) const;

 private:
  struct Close {
    void operator()(zip* archive) const noexcept;
  };

  std::unique_ptr<zip, Close> archive_;
  std::vector<Member> members_;
  std::vector<std::size_t> by_name_;  ///< indices of members_, sorted by name
};

}  // namespace arcadecam::checkpoint
