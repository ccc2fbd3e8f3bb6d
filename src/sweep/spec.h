#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace arcadecam::sweep {

/// What a sweep is to do, as its TOML file says it (docs/sweep.md).
struct Spec {
  std::vector<std::string> files;  ///< patterns (pattern.h), from the file's own folder
  std::vector<std::string> games;  ///< only these; where no path names one, all of these
  std::vector<std::uint64_t> seeds{0};
  std::string methods, measures;    ///< as evaluate takes them
  std::string states_from;          ///< a trace or an array, absolute; empty: each agent's own run
  std::int64_t score_episodes = 0;  ///< played for the score where states are given
  /// Evaluate's other options, by their names without dashes, in a fixed order: what is written
  /// into a sweep's settings, and what a unit's id depends on.
  std::vector<std::pair<std::string, std::string>> options;
  bool keep_tables = false;      ///< evaluate's own tables of each unit too
  std::filesystem::path folder;  ///< of the file

  friend bool operator==(const Spec&, const Spec&) = default;
};

/// Reads a TOML file. Throws Error naming the line and the key, with what was expected.
Spec read_spec(const std::filesystem::path& file);
/// `folder`: what patterns and files begin in; `name`: what errors call the text.
Spec parse_spec(std::string_view text, const std::filesystem::path& folder,
                const std::string& name);

}  // namespace arcadecam::sweep
