#include "core/zip_reader.h"

#include <zlib.h>

#include <algorithm>
#include <numeric>

#include "core/inflater.h"
#include "core/text.h"

namespace arcadecam {
namespace {

constexpr std::size_t kMostZipMembers = 100'000;
constexpr std::uint64_t kPackedChunk = std::uint64_t{64} << 10;
/// A deflated byte is at most so many bytes: 258 of each two bits (RFC 1951).
constexpr std::uint64_t kMostPerDeflatedByte = 1032;

std::string what_of(const ZipMember& member) {
  return fmt::format("the zip member '{}'", printable(member.name));
}

std::uint32_t crc_of(ByteView bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, bytes.data(), bytes.size()));
}

/// Unpacks a deflated member, which must be as long as `content`.
void inflate_member(const ByteSource& source, const ZipMember& member, const std::string& what,
                    Bytes& content) {
  Inflater inflater(Inflater::Form::kBare);
  Bytes chunk(static_cast<std::size_t>(std::min(kPackedChunk, member.packed_size)));
  std::uint64_t taken = 0;
  ByteView in;
  std::span<std::uint8_t> out(content);
  std::uint8_t beyond = 0;
  while (true) {
    if (in.empty() && taken < member.packed_size) {
      const std::uint64_t next = std::min<std::uint64_t>(chunk.size(), member.packed_size - taken);
      const std::span<std::uint8_t> part = std::span(chunk).first(static_cast<std::size_t>(next));
      source.read(member.data_at + taken, part);
      taken += next;
      in = part;
    }
    const bool full = out.empty();
    std::span<std::uint8_t> room = full ? std::span(&beyond, 1) : out;
    const std::size_t in_before = in.size(), room_before = room.size();
    const bool ended = inflater.run(in, room, what);
    if (full && room.empty()) throw bad_input("{} is longer than its {} bytes", what, member.size);
    if (!full) out = room;
    if (ended && out.empty()) return;
    // There was room, and input unless all of it is taken.
    const bool stuck = in.size() == in_before && room.size() == room_before;
    if (ended || stuck) {
      throw bad_input("{} is corrupt or shorter than its {} bytes", what, member.size);
    }
  }
}

}  // namespace

ZipReader::ZipReader(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)),
      members_(read_zip_directory(*source_, kMostZipMembers)),
      by_name_(members_.size()) {
  std::iota(by_name_.begin(), by_name_.end(), std::size_t{0});
  std::sort(by_name_.begin(), by_name_.end(),
            [&](std::size_t a, std::size_t b) { return members_[a].name < members_[b].name; });
  const auto twice = std::adjacent_find(
      by_name_.begin(), by_name_.end(),
      [&](std::size_t a, std::size_t b) { return members_[a].name == members_[b].name; });
  if (twice != by_name_.end()) {
    throw bad_input(
        "the zip file holds several members of one name, '{}': which one counts is unclear",
        printable(members_[*twice].name));
  }
}

std::optional<std::size_t> ZipReader::find(std::string_view name) const {
  const auto found = std::lower_bound(
      by_name_.begin(), by_name_.end(), name,
      [&](std::size_t index, std::string_view key) { return members_[index].name < key; });
  if (found == by_name_.end() || members_[*found].name != name) return std::nullopt;
  return *found;
}

void ZipReader::check(const ZipMember& member) {
  const std::string what = what_of(member);
  if (member.encrypted()) throw bad_input("{} is encrypted", what);
  if (member.method != ZipMember::kStored && member.method != ZipMember::kDeflated) {
    throw bad_input("{} is packed by method {}; only stored and deflated can be read", what,
                    member.method);
  }
  if (member.method == ZipMember::kStored && member.size != member.packed_size) {
    throw bad_input("{} is stored, but its two sizes differ: {} and {} bytes", what, member.size,
                    member.packed_size);
  }
}

Bytes ZipReader::read(std::size_t member) const {
  const ZipMember& entry = members_.at(member);
  check(entry);
  const std::string what = what_of(entry);
  const bool stored = entry.method == ZipMember::kStored;
  if (!stored && entry.size / kMostPerDeflatedByte > entry.packed_size) {
    throw bad_input("{} is corrupt or shorter than its {} bytes: {} packed bytes cannot hold them",
                    what, entry.size, entry.packed_size);
  }
  Bytes content(static_cast<std::size_t>(entry.size));
  if (stored) {
    source_->read(entry.data_at, content);
  } else {
    inflate_member(*source_, entry, what, content);
  }
  if (crc_of(content) != entry.crc) throw bad_input("{} is corrupt (CRC error)", what);
  return content;
}

}  // namespace arcadecam
