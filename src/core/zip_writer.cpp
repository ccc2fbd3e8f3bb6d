#include "core/zip_writer.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "core/zip_format.h"

namespace arcadecam {
namespace {

using namespace zip_format;

// 1980-01-01 00:00, the earliest time a zip can state: no clock in the bytes.
constexpr std::uint16_t kDosTime = 0, kDosDate = (1 << 5) | 1;
constexpr std::uint16_t kOldVersion = 10, kZip64Version = 45;
constexpr std::uint16_t kMadeBy = (3 << 8) | 63;                      // by version 6.3 on Unix
constexpr std::uint32_t kRegularFile = std::uint32_t{0100644} << 16;  // the mode on Unix
constexpr std::uint16_t kNameIsUtf8 = 1 << 11;

/// Little-endian numbers, one after another.
class Record {
 public:
  template <typename T>
  Record& add(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes_ += static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }
  Record& add(const std::string& text) {
    bytes_ += text;
    return *this;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

bool is_large(std::uint64_t value) {
  return value >= kElsewhere32;
}

std::uint32_t short_form(std::uint64_t value) {
  return is_large(value) ? kElsewhere32 : static_cast<std::uint32_t>(value);
}

/// The zip64 field with these values; nothing without any.
std::string zip64_field(const std::vector<std::uint64_t>& values) {
  if (values.empty()) return {};
  Record field;
  field.add(kZip64Field).add(static_cast<std::uint16_t>(values.size() * sizeof(std::uint64_t)));
  for (const std::uint64_t value : values) field.add(value);
  return field.bytes();
}

std::uint16_t flags_of(const std::string& name) {
  const bool ascii = std::all_of(name.begin(), name.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return ascii ? 0 : kNameIsUtf8;
}

std::uint16_t length_of(const std::string& text) {
  if (text.size() > std::numeric_limits<std::uint16_t>::max())
    throw bad_input("a zip member's name of {} bytes: expected 65535 or fewer", text.size());
  return static_cast<std::uint16_t>(text.size());
}

}  // namespace

void Crc32::add(ByteView bytes) {
  value_ = static_cast<std::uint32_t>(crc32_z(value_, bytes.data(), bytes.size()));
  count_ += bytes.size();
}

void Crc32::put_before(ByteView bytes) {
  Crc32 before;
  before.add(bytes);
  value_ = static_cast<std::uint32_t>(
      crc32_combine(before.value_, value_, static_cast<z_off_t>(count_)));
  count_ += bytes.size();
}

void ZipWriter::write(std::string_view bytes) {
  output_.write(bytes);
  written_ += bytes.size();
}

void ZipWriter::add(std::string name, const ByteSource& content, std::uint32_t crc) {
  const Entry entry{std::move(name), content.size(), written_, crc};
  const bool large = is_large(entry.size);
  // A local header's field has both sizes or is not there.
  const std::string extra = large ? zip64_field({entry.size, entry.size}) : std::string();
  Record header;
  header.add(kLocalMark).add(large ? kZip64Version : kOldVersion).add(flags_of(entry.name));
  header.add(std::uint16_t{0}).add(kDosTime).add(kDosDate).add(entry.crc);
  header.add(short_form(entry.size)).add(short_form(entry.size));
  header.add(length_of(entry.name)).add(length_of(extra)).add(entry.name).add(extra);
  write(header.bytes());
  constexpr std::uint64_t kBlock = std::uint64_t{256} << 10;
  Bytes block(static_cast<std::size_t>(std::min(kBlock, entry.size)));
  for (std::uint64_t at = 0; at < entry.size; at += block.size()) {
    const std::uint64_t left = std::min<std::uint64_t>(block.size(), entry.size - at);
    const std::span<std::uint8_t> part = std::span(block).first(static_cast<std::size_t>(left));
    content.read(at, part);
    write(as_text(part));
  }
  entries_.push_back(entry);
}

void ZipWriter::finish() {
  const std::uint64_t directory_at = written_;
  for (const Entry& entry : entries_) {
    std::vector<std::uint64_t> large;
    if (is_large(entry.size)) large = {entry.size, entry.size};
    if (is_large(entry.header_at)) large.push_back(entry.header_at);
    const std::string extra = zip64_field(large);
    Record record;
    record.add(kEntryMark).add(kMadeBy).add(large.empty() ? kOldVersion : kZip64Version);
    record.add(flags_of(entry.name)).add(std::uint16_t{0}).add(kDosTime).add(kDosDate);
    record.add(entry.crc).add(short_form(entry.size)).add(short_form(entry.size));
    record.add(length_of(entry.name)).add(length_of(extra)).add(std::uint16_t{0});
    record.add(std::uint16_t{0}).add(std::uint16_t{0}).add(kRegularFile);
    record.add(short_form(entry.header_at)).add(entry.name).add(extra);
    write(record.bytes());
  }
  const std::uint64_t count = entries_.size(), bytes = written_ - directory_at;
  const bool many = count >= kElsewhere16;
  Record end;
  if (many || is_large(bytes) || is_large(directory_at)) {
    const std::uint64_t end64_at = written_;
    end.add(kEnd64Mark).add(kEnd64Bytes - kEnd64Uncounted).add(kZip64Version).add(kZip64Version);
    end.add(std::uint32_t{0}).add(std::uint32_t{0}).add(count).add(count);
    end.add(bytes).add(directory_at);
    end.add(kLocatorMark).add(std::uint32_t{0}).add(end64_at).add(std::uint32_t{1});
  }
  const std::uint16_t short_count = many ? kElsewhere16 : static_cast<std::uint16_t>(count);
  end.add(kEndMark).add(std::uint16_t{0}).add(std::uint16_t{0}).add(short_count).add(short_count);
  end.add(short_form(bytes)).add(short_form(directory_at)).add(std::uint16_t{0});
  write(end.bytes());
}

}  // namespace arcadecam
