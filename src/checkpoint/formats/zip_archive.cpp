#include "checkpoint/formats/zip_archive.h"

#include <algorithm>
#include <memory>

#include "core/text.h"

namespace arcadecam::checkpoint {

bool is_zip(ByteView bytes) {
  const std::string_view start = as_text(bytes.first(std::min<std::size_t>(bytes.size(), 4)));
  return start == "PK\x03\x04" || start == "PK\x05\x06";  // the second: a zip without members
}

ZipArchive::ZipArchive(ByteView bytes, const InflateLimits& limits)
    : reader_(std::make_unique<MemorySource>(bytes)) {
  std::uint64_t total = 0;
  for (const ZipMember& member : members()) {
    ZipReader::check(member);
    limits.check(fmt::format("the zip member '{}'", printable(member.name)), member.packed_size,
                 member.size);
    total += member.size;  // cannot overflow: each is within the limit, and so was the total so far
    limits.check("the zip file", bytes.size(), total);
  }
}

}  // namespace arcadecam::checkpoint
