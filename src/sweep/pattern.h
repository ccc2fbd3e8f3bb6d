#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace arcadecam::sweep {

/// A file that a pattern found, and what its path says.
struct FoundFile {
  std::filesystem::path path;                 ///< absolute
  std::map<std::string, std::string> fields;  ///< "step" → "10000"

  friend bool operator==(const FoundFile&, const FoundFile&) = default;
};

/// The files of a pattern, ordered by path. In a part of the path, `*` is any text, `?` one
/// character, `{game}` and `{run}` any text that is kept under this name, and `{step}` digits; a
/// part `**` is any number of folders (links are not followed there). A pattern that is not
/// absolute begins in `folder`. Throws Error (usage) for a pattern that is none, and Error where a
/// folder cannot be read.
std::vector<FoundFile> find_files(const std::string& pattern, const std::filesystem::path& folder);

/// Whether a name is what one part of a pattern says; what it keeps is added to `fields`, and must
/// equal what is there already.
bool matches_part(std::string_view part, std::string_view name,
                  std::map<std::string, std::string>& fields);

}  // namespace arcadecam::sweep
