#include "checkpoint/formats/zip_archive.h"

#include <zip.h>

#include <algorithm>
#include <numeric>

#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::size_t kMostMembers = 100'000;

class ZipError {
 public:
  ZipError() { zip_error_init(&error_); }
  ZipError(const ZipError&) = delete;
  ZipError& operator=(const ZipError&) = delete;
  ~ZipError() { zip_error_fini(&error_); }
  zip_error_t* get() { return &error_; }
  std::string text() { return zip_error_strerror(&error_); }
  [[nodiscard]] int code() const { return zip_error_code_zip(&error_); }

 private:
  zip_error_t error_{};
};

zip* open(ByteView bytes) {
  ZipError error;
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, error.get());
  if (source == nullptr) throw bad_input("cannot read the zip file ({})", error.text());
  zip* archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, error.get());
  if (archive == nullptr) {
    zip_source_free(source);
    if (error.code() == ZIP_ER_EXISTS) {
      throw bad_input(
          "the zip file holds several members of one name: which one counts is unclear");
    }
    throw bad_input("the zip file is cut off, corrupt or inconsistent ({})", error.text());
  }
  return archive;
}

ZipArchive::Member inspect(zip* archive, std::uint64_t index) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  constexpr auto kNeeded =
      static_cast<std::uint64_t>(ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                 ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD);
  if (zip_stat_index(archive, index, ZIP_FL_ENC_RAW, &stat) != 0 ||
      (stat.valid & kNeeded) != kNeeded) {
    throw bad_input("the zip file's member {} has no valid directory entry", index);
  }
  const std::string name = printable(stat.name);
  if (stat.encryption_method != ZIP_EM_NONE)
    throw bad_input("the zip member '{}' is encrypted", name);
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE) {
    throw bad_input(
        "the zip member '{}' is packed by method {}; only stored and deflated can be read", name,
        stat.comp_method);
  }
  if (stat.comp_method == ZIP_CM_STORE && stat.size != stat.comp_size) {
    throw bad_input("the zip member '{}' is stored, but its two sizes differ: {} and {} bytes",
                    name, stat.size, stat.comp_size);
  }
  return {stat.name, stat.size, stat.comp_size};
}

}  // namespace

bool is_zip(ByteView bytes) {
  const std::string_view start = as_text(bytes.first(std::min<std::size_t>(bytes.size(), 4)));
  return start == "PK\x03\x04" || start == "PK\x05\x06";  // the second: a zip without members
}

void ZipArchive::Close::operator()(zip* archive) const noexcept {
  zip_discard(archive);
}

ZipArchive::ZipArchive(ByteView bytes, const InflateLimits& limits) : archive_(open(bytes)) {
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(archive_.get(), 0));
  if (count > kMostMembers) {
    throw bad_input("the zip file has {} members; at most {} are read", count, kMostMembers);
  }
  std::uint64_t total = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    Member member = inspect(archive_.get(), i);
    if (member.packed_size > bytes.size()) {
      throw bad_input("the zip member '{}' claims {} bytes in a file of {}", printable(member.name),
                      member.packed_size, bytes.size());
    }
    limits.check(fmt::format("the zip member '{}'", printable(member.name)), member.packed_size,
                 member.size);
    total += member.size;  // cannot overflow: each is within the limit, and so was the total so far
    limits.check("the zip file", bytes.size(), total);
    members_.push_back(std::move(member));
  }
  by_name_.resize(members_.size());
  std::iota(by_name_.begin(), by_name_.end(), std::size_t{0});
  std::sort(by_name_.begin(), by_name_.end(),
            [&](std::size_t a, std::size_t b) { return members_[a].name < members_[b].name; });
  const auto twice = std::adjacent_find(
      by_name_.begin(), by_name_.end(),
      [&](std::size_t a, std::size_t b) { return members_[a].name == members_[b].name; });
  if (twice != by_name_.end()) {
    throw bad_input("the zip file holds several members named '{}': which one counts is unclear",
                    printable(members_[*twice].name));
  }
}

std::optional<std::size_t> ZipArchive::find(std::string_view name) const {
  const auto found = std::lower_bound(
      by_name_.begin(), by_name_.end(), name,
      [&](std::size_t index, std::string_view key) { return members_[index].name < key; });
  if (found == by_name_.end() || members_[*found].name != name) return std::nullopt;
  return *found;
}

Bytes ZipArchive::read(std::size_t member) const {
  const Member& entry = members_.at(member);
  const auto close = [](zip_file_t* file) { zip_fclose(file); };
  const std::unique_ptr<zip_file_t, decltype(close)> file(
      zip_fopen_index(archive_.get(), static_cast<std::uint64_t>(member), 0), close);
  const std::string name = printable(entry.name);
  if (file == nullptr) {
    throw bad_input("cannot open the zip member '{}' ({})", name, zip_strerror(archive_.get()));
  }
  Bytes content(static_cast<std::size_t>(entry.size));
  std::size_t used = 0;
  while (used < content.size()) {
    const std::int64_t got = zip_fread(file.get(), content.data() + used, content.size() - used);
    if (got <= 0) {
      throw bad_input("the zip member '{}' is corrupt or shorter than its {} bytes ({})", name,
                      entry.size, zip_file_strerror(file.get()));
    }
    used += static_cast<std::size_t>(got);
  }
  // libzip compares the CRC when it meets the member's end.
  std::uint8_t beyond = 0;
  const std::int64_t more = zip_fread(file.get(), &beyond, 1);
  if (more < 0) {
    throw bad_input("the zip member '{}' is corrupt ({})", name, zip_file_strerror(file.get()));
  }
  if (more > 0)
    throw bad_input("the zip member '{}' is longer than its {} bytes", name, entry.size);
  return content;
}

}  // namespace arcadecam::checkpoint
