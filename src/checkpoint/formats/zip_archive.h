#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/inflate_limits.h"
#include "core/zip_reader.h"

namespace arcadecam::checkpoint {

[[nodiscard]] bool is_zip(ByteView bytes);

/// A zip file in memory, read only; nothing is ever written to the disk. Stored and deflated
/// members, zip64, data descriptors.
class ZipArchive {
 public:
  /// Checks the whole directory before anything is unpacked: consistency, methods, duplicate names,
  /// sizes against `limits`. Throws Error. The bytes must outlive the archive.
  ZipArchive(ByteView bytes, const InflateLimits& limits);

  [[nodiscard]] const std::vector<ZipMember>& members() const noexcept { return reader_.members(); }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const {
    return reader_.find(name);
  }
  /// The member's content; its CRC is verified. Throws Error.
  [[nodiscard]] Bytes read(std::size_t member) const { return reader_.read(member); }

 private:
  ZipReader reader_;
};

}  // namespace arcadecam::checkpoint
