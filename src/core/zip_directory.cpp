#include <algorithm>
#include <initializer_list>
#include <limits>
#include <utility>

#include "core/text.h"
#include "core/zip_format.h"
#include "core/zip_reader.h"

namespace arcadecam {
namespace {

using namespace zip_format;

template <typename... T>
Error inconsistent(fmt::format_string<T...> text, T&&... arguments) {
  return bad_input("the zip file is cut off, corrupt or inconsistent: {}",
                   fmt::format(text, std::forward<T>(arguments)...));
}

/// Bytes of the file; the caller has looked that they are within it.
Bytes bytes_at(const ByteSource& source, std::uint64_t at, std::uint64_t count) {
  Bytes bytes(static_cast<std::size_t>(count));
  source.read(at, bytes);
  return bytes;
}

/// Where the directory is and how many members it has.
struct Directory {
  std::uint64_t at = 0, bytes = 0, count = 0;
  std::uint64_t end = 0;  ///< where its first end record begins

  /// Whether a value of this end record, which may refer to the zip64 record, is that record's.
  template <typename T>
  static bool agrees(T value, std::uint64_t whole) {
    return value == std::numeric_limits<T>::max() || value == whole;
  }
};

/// The last place where an end record and its comment fill the file to its last byte.
std::uint64_t find_end(const ByteSource& source) {
  constexpr std::uint64_t kMostComment = 0xFFFF;
  const std::uint64_t size = source.size();
  const std::uint64_t length = std::min(size, kEndBytes + kMostComment);
  const Bytes tail = bytes_at(source, size - length, length);
  for (std::uint64_t back = kEndBytes; back <= length; ++back) {
    ByteReader reader(ByteView(tail).last(static_cast<std::size_t>(back)));
    if (reader.little<std::uint32_t>("a mark") != kEndMark) continue;
    constexpr std::uint64_t kBetween = 16;
    reader.take(kBetween, "an end record");
    if (reader.little<std::uint16_t>("a comment's length") == back - kEndBytes) return size - back;
  }
  throw inconsistent("it has no record of its directory's end; copy it again");
}

/// Takes over what the zip64 end record says, where there is one.
void read_end64(const ByteSource& source, std::uint64_t end_at, Directory& directory) {
  if (end_at < kLocatorBytes) return;
  const Bytes locator_bytes = bytes_at(source, end_at - kLocatorBytes, kLocatorBytes);
  ByteReader locator(locator_bytes);
  if (locator.little<std::uint32_t>("a mark") != kLocatorMark) return;
  const auto disk = locator.little<std::uint32_t>("a disk");
  const auto at = locator.little<std::uint64_t>("a place");
  const auto disks = locator.little<std::uint32_t>("a number of disks");
  const std::uint64_t last = end_at - kLocatorBytes;
  if (disk != 0 || disks > 1) throw bad_input("the zip file is spread over several disks");
  if (at > last || last - at < kEnd64Bytes) throw inconsistent("its zip64 end record is missing");
  const Bytes record_bytes = bytes_at(source, at, kEnd64Bytes);
  ByteReader record(record_bytes);
  const bool marked = record.little<std::uint32_t>("a mark") == kEnd64Mark;
  const auto length = record.little<std::uint64_t>("a length");
  if (!marked || length != last - at - kEnd64Uncounted)
    throw inconsistent("its zip64 end record is damaged");
  record.take(4, "two versions");
  const auto this_disk = record.little<std::uint32_t>("a disk");
  const auto first_disk = record.little<std::uint32_t>("a disk");
  const auto here = record.little<std::uint64_t>("a number of members");
  const Directory old = directory;
  directory.count = record.little<std::uint64_t>("a number of members");
  directory.bytes = record.little<std::uint64_t>("a length");
  directory.at = record.little<std::uint64_t>("a place");
  directory.end = at;
  if (this_disk != 0 || first_disk != 0 || here != directory.count)
    throw bad_input("the zip file is spread over several disks");
  if (!Directory::agrees(static_cast<std::uint16_t>(old.count), directory.count) ||
      !Directory::agrees(static_cast<std::uint32_t>(old.bytes), directory.bytes) ||
      !Directory::agrees(static_cast<std::uint32_t>(old.at), directory.at)) {
    throw inconsistent("its two end records disagree");
  }
}

Directory find_directory(const ByteSource& source) {
  Directory directory;
  directory.end = find_end(source);
  const Bytes end_bytes = bytes_at(source, directory.end, kEndBytes);
  ByteReader end(end_bytes);
  end.take(4, "a mark");
  const auto disk = end.little<std::uint16_t>("a disk");
  const auto first_disk = end.little<std::uint16_t>("a disk");
  const auto here = end.little<std::uint16_t>("a number of members");
  directory.count = end.little<std::uint16_t>("a number of members");
  directory.bytes = end.little<std::uint32_t>("a length");
  directory.at = end.little<std::uint32_t>("a place");
  const auto first = [](std::uint16_t value) { return value == 0 || value == kElsewhere16; };
  if (!first(disk) || !first(first_disk) || here != directory.count)
    throw bad_input("the zip file is spread over several disks");
  read_end64(source, directory.end, directory);
  if (directory.at > directory.end || directory.bytes != directory.end - directory.at) {
    throw inconsistent("a directory of {} bytes at byte {} does not end at byte {}",
                       directory.bytes, directory.at, directory.end);
  }
  return directory;
}

/// Puts the zip64 field's values, in its order, to those of `values` that refer to it.
void complete(ByteView extra, std::initializer_list<std::uint64_t*> values) {
  const auto elsewhere = [](const std::uint64_t* value) { return *value == kElsewhere32; };
  if (std::none_of(values.begin(), values.end(), elsewhere)) return;
  ByteReader reader(extra);
  constexpr std::size_t kHead = 4;  // what is shorter is padding
  while (reader.remaining() >= kHead) {
    const auto number = reader.little<std::uint16_t>("an extra field");
    const auto length = reader.little<std::uint16_t>("an extra field's length");
    ByteReader field(reader.take(length, "an extra field"));
    if (number != kZip64Field) continue;
    for (std::uint64_t* value : values) {
      if (elsewhere(value)) *value = field.little<std::uint64_t>("a zip64 value");
    }
    return;
  }
}

ZipMember read_entry(ByteReader& reader) {
  if (reader.little<std::uint32_t>("a directory entry") != kEntryMark)
    throw inconsistent("byte {} of its directory begins no entry", reader.position() - 4);
  ZipMember member;
  reader.take(4, "two versions");
  member.flags = reader.little<std::uint16_t>("flags");
  member.method = reader.little<std::uint16_t>("a method");
  reader.take(4, "a time");
  member.crc = reader.little<std::uint32_t>("a CRC");
  member.packed_size = reader.little<std::uint32_t>("a size");
  member.size = reader.little<std::uint32_t>("a size");
  const auto name_bytes = reader.little<std::uint16_t>("a name's length");
  const auto extra_bytes = reader.little<std::uint16_t>("the extra fields' length");
  const auto comment_bytes = reader.little<std::uint16_t>("a comment's length");
  const auto disk = reader.little<std::uint16_t>("a disk");
  reader.take(6, "attributes");
  member.header_at = reader.little<std::uint32_t>("a place");
  member.name = as_text(reader.take(name_bytes, "a name"));
  complete(reader.take(extra_bytes, "the extra fields"),
           {&member.size, &member.packed_size, &member.header_at});
  reader.take(comment_bytes, "a comment");
  if (disk != 0 && disk != kElsewhere16)
    throw bad_input("the zip file is spread over several disks");
  return member;
}

/// Finds a member's bytes by its local header, which must say what the directory says.
void locate(const ByteSource& source, std::uint64_t end, ZipMember& member) {
  const auto outside = [&] {
    return inconsistent("the member '{}' is not within the file", printable(member.name));
  };
  if (member.header_at > end || end - member.header_at < kLocalBytes) throw outside();
  const Bytes head = bytes_at(source, member.header_at, kLocalBytes);
  ByteReader reader(head);
  ZipMember local;
  const bool marked = reader.little<std::uint32_t>("a mark") == kLocalMark;
  reader.take(2, "a version");
  local.flags = reader.little<std::uint16_t>("flags");
  local.method = reader.little<std::uint16_t>("a method");
  reader.take(4, "a time");
  local.crc = reader.little<std::uint32_t>("a CRC");
  local.packed_size = reader.little<std::uint32_t>("a size");
  local.size = reader.little<std::uint32_t>("a size");
  const auto name_bytes = reader.little<std::uint16_t>("a name's length");
  const auto extra_bytes = reader.little<std::uint16_t>("the extra fields' length");
  const std::uint64_t names_at = member.header_at + kLocalBytes;
  const std::uint64_t names = std::uint64_t{name_bytes} + extra_bytes;
  if (!marked) throw inconsistent("no member begins at byte {}", member.header_at);
  if (names > end - names_at) throw outside();
  const Bytes rest = bytes_at(source, names_at, names);
  const ByteView name = ByteView(rest).first(name_bytes);
  complete(ByteView(rest).subspan(name_bytes), {&local.size, &local.packed_size});
  // Where a descriptor follows the data, the values may be missing here.
  const bool later = (local.flags & ZipMember::kDescriptor) != 0;
  const auto agrees = [&](std::uint64_t here, std::uint64_t there) {
    return here == there || (later && here == 0);
  };
  if (as_text(name) != member.name || local.method != member.method ||
      !agrees(local.crc, member.crc) || !agrees(local.size, member.size) ||
      !agrees(local.packed_size, member.packed_size)) {
    throw inconsistent("the header of the member '{}' is not what the directory says",
                       printable(member.name));
  }
  member.flags |= local.flags & ZipMember::kEncrypted;
  member.data_at = names_at + names;
  if (member.packed_size > end - member.data_at) throw outside();
}

}  // namespace

std::vector<ZipMember> read_zip_directory(const ByteSource& source, std::size_t most) {
  const Directory directory = find_directory(source);
  if (directory.count > most) {
    throw bad_input("the zip file has {} members; at most {} are read", directory.count, most);
  }
  if (directory.count > directory.bytes / kEntryBytes)
    throw inconsistent("{} members have no room in its directory", directory.count);
  const Bytes bytes = bytes_at(source, directory.at, directory.bytes);
  ByteReader reader(bytes);
  std::vector<ZipMember> members;
  members.reserve(static_cast<std::size_t>(directory.count));
  for (std::uint64_t i = 0; i < directory.count; ++i) members.push_back(read_entry(reader));
  if (reader.remaining() != 0)
    throw inconsistent("{} bytes follow the last entry of its directory", reader.remaining());
  for (ZipMember& member : members) locate(source, directory.at, member);
  return members;
}

}  // namespace arcadecam
