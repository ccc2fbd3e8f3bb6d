#include "sweep/pattern.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "arcadecam/core/error.h"
#include "core/text.h"

namespace arcadecam::sweep {
namespace {

namespace fs = std::filesystem;

using Kept = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 3> kNames{"game", "run", "step"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The name in "{name}…", or nothing.
std::string_view kept_name(std::string_view part) {
  if (!part.starts_with('{')) return {};
  const std::size_t close = part.find('}');
  return close == std::string_view::npos ? std::string_view() : part.substr(1, close - 1);
}

bool keep(std::string_view key, std::string_view text, Kept& fields) {
  const auto [at, added] = fields.emplace(key, text);
  return added || at->second == text;
}

bool matches_rest(std::string_view part, std::string_view name, Kept& fields) {
  if (part.empty()) return name.empty();
  if (const std::string_view key = kept_name(part); !key.empty()) {
    const std::string_view after = part.substr(key.size() + 2);
    const bool digits = key == "step";
    // The longest first: a number is kept with all of its digits.
    std::size_t most = name.size();
    if (digits)
      most = static_cast<std::size_t>(std::ranges::find_if_not(name, is_digit) - name.begin());
    for (std::size_t length = most; length > 0; --length) {
      Kept tried = fields;
      if (keep(key, name.substr(0, length), tried) &&
          matches_rest(after, name.substr(length), tried)) {
        fields = std::move(tried);
        return true;
      }
    }
    return false;
  }
  if (part[0] == '*') {
    for (std::size_t length = 0; length <= name.size(); ++length) {
      Kept tried = fields;
      if (matches_rest(part.substr(1), name.substr(length), tried)) {
        fields = std::move(tried);
        return true;
      }
    }
    return false;
  }
  return !name.empty() && (part[0] == '?' || part[0] == name[0]) &&
         matches_rest(part.substr(1), name.substr(1), fields);
}

bool is_plain_part(std::string_view part) {
  return part.find_first_of("*?{") == std::string_view::npos;
}

/// Throws Error where braces hold no known name.
void check_pattern(const std::string& pattern) {
  for (std::size_t at = pattern.find('{'); at != std::string::npos;
       at = pattern.find('{', at + 1)) {
    const std::string_view key = kept_name(std::string_view(pattern).substr(at));
    if (std::ranges::find(kNames, key) == kNames.end()) {
      throw bad_usage("pattern '{}': expected {{game}}, {{run}} or {{step}} in braces",
                      printable(pattern, 200));
    }
  }
  if (pattern.empty() || pattern.ends_with('/'))
    throw bad_usage("pattern '{}': expected one of files", printable(pattern, 200));
}

std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  std::error_code failure;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure))
    entries.push_back(*at);
  if (failure) throw bad_input("{}: cannot be read: {}", folder.string(), failure.message());
  return entries;
}

class Search {
 public:
  explicit Search(std::vector<std::string> parts) : parts_(std::move(parts)) {}

  void look(const fs::path& folder, std::size_t part, const Kept& fields) {
    const std::string& wanted = parts_[part];
    const bool last = part + 1 == parts_.size();
    std::error_code missing;
    if (wanted == "**") {
      if (last) return;
      look(folder, part + 1, fields);
      for (const fs::directory_entry& entry : entries_of(folder)) {
        if (entry.is_directory(missing) && !entry.is_symlink(missing))
          look(entry.path(), part, fields);
      }
      return;
    }
    if (is_plain_part(wanted)) {
      take(fs::directory_entry(folder / wanted, missing), part, last, fields);
      return;
    }
    for (const fs::directory_entry& entry : entries_of(folder)) {
      Kept kept = fields;
      if (matches_part(wanted, entry.path().filename().string(), kept))
        take(entry, part, last, kept);
    }
  }
  [[nodiscard]] std::vector<FoundFile> found() && {
    std::ranges::sort(found_, {}, &FoundFile::path);
    const auto same_path = [](const FoundFile& a, const FoundFile& b) { return a.path == b.path; };
    found_.erase(std::unique(found_.begin(), found_.end(), same_path), found_.end());
    return std::move(found_);
  }

 private:
  void take(const fs::directory_entry& entry, std::size_t part, bool last, const Kept& fields) {
    std::error_code missing;
    if (last && entry.is_regular_file(missing))
      found_.push_back({entry.path().lexically_normal(), fields});
    else if (!last && entry.is_directory(missing))
      look(entry.path(), part + 1, fields);
  }

  std::vector<std::string> parts_;
  std::vector<FoundFile> found_;
};

}  // namespace

bool matches_part(std::string_view part, std::string_view name, Kept& fields) {
  // As in a shell, a hidden file is named on purpose.
  if (name.starts_with('.') && !part.starts_with('.')) return false;
  return matches_rest(part, name, fields);
}

std::vector<FoundFile> find_files(const std::string& pattern, const fs::path& folder) {
  check_pattern(pattern);
  const fs::path whole = fs::absolute(folder / pattern);
  std::vector<std::string> parts;
  for (const fs::path& part : whole.relative_path()) parts.push_back(part.string());
  Search search(std::move(parts));
  search.look(whole.root_path(), 0, {});
  return std::move(search).found();
}

}  // namespace arcadecam::sweep
