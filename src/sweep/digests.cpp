#include "sweep/digests.h"

#include "arcadecam/core/digest.h"
#include "arcadecam/core/error.h"
#include "core/parse_number.h"
#include "sweep/section_file.h"

namespace arcadecam::sweep {
namespace {

constexpr const char* kDigestsKind = "arcadecam-digests 1";
constexpr std::size_t kDigestLength = 64;
/// Files read between two savings: a planning that is stopped loses no more than that.
constexpr std::int64_t kSavedAfter = 1000;

}  // namespace

DigestCache::DigestCache(std::filesystem::path file) : file_(std::move(file)) {
  if (!std::filesystem::exists(file_)) return;
  try {
    for (CsvFields& row : SectionFile::read(file_, kDigestsKind).rows("files", 4)) {
      const auto size = parse_number<std::uintmax_t>(row[1]);
      const auto changed = parse_number<std::int64_t>(row[2]);
      if (size && changed && row[3].size() == kDigestLength)
        known_[row[0]] = {*size, *changed, std::move(row[3])};
    }
  } catch (const Error&) {
    known_.clear();
  }
}

std::string DigestCache::of(const std::filesystem::path& file) {
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(file, failure);
  if (failure) throw bad_input("{}: {}", file.string(), failure.message());
  const std::int64_t changed =
      std::filesystem::last_write_time(file, failure).time_since_epoch().count();
  const auto at = known_.find(file.string());
  if (at != known_.end() && at->second.size == size && at->second.changed == changed)
    return at->second.sha256;
  std::string digest = sha256_of_file(file);
  known_[file.string()] = {size, changed, digest};
  ++computed_;
  if (++unsaved_ >= kSavedAfter) save();
  return digest;
}

void DigestCache::save() {
  if (unsaved_ == 0) return;
  SectionFile file(kDigestsKind);
  file.begin("files");
  for (const auto& [path, known] : known_)
    file.add({path, std::to_string(known.size), std::to_string(known.changed), known.sha256});
  file.write(file_);
  unsaved_ = 0;
}

}  // namespace arcadecam::sweep
