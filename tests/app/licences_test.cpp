// docs/licences.md names what the program and its modules load that is under Apache-2.0 alone,
// which does not go with ALE's GPL-2.0.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "app/program.h"
#include "support/golden.h"

namespace arcadecam::test {
namespace {

namespace fs = std::filesystem;

/// How the names of such projects' libraries begin.
std::vector<std::string> apache_starts() {
  std::ifstream list(source_dir() / "scripts/lib/apache_libraries");
  std::vector<std::string> starts;
  for (std::string line; std::getline(list, line);) {
    if (!line.empty() && line[0] != '#') starts.push_back(line.substr(0, line.find(' ')));
  }
  return starts;
}

using Rows = std::set<std::pair<std::string, std::string>>;  // file, library without its ending

/// A build without oneDNN has no such module.
constexpr std::string_view kOptional = "arcadecam-onednn.so";

/// The program and those of its modules that are installed with it.
std::vector<fs::path> files() {
  std::vector<fs::path> result{program()};
  for (const char* module : {"onednn", "pictures", "store", "sweep", "video"}) {
    const fs::path file =
        fs::path(program()).parent_path() / ("arcadecam-" + std::string(module) + ".so");
    if (file.filename() != kOptional || fs::exists(file)) result.push_back(file);
  }
  return result;
}

/// What the loader finds for a file, directly or not, of the projects above.
Rows loaded(const fs::path& file) {
  const Result listed = run("ldd '" + file.string() + "'");
  EXPECT_EQ(listed.code, 0) << listed.text;
  EXPECT_NE(listed.text.find("libc.so"), std::string::npos) << listed.text;
  const std::vector<std::string> starts = apache_starts();
  EXPECT_GE(starts.size(), 15U);
  Rows result;
  std::istringstream lines(listed.text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) continue;
    const std::string library =
        fs::path(line.substr(begin, line.find(' ', begin) - begin)).filename();
    const auto is_start = [&](const std::string& start) { return library.starts_with(start); };
    if (std::ranges::any_of(starts, is_start))
      result.emplace(file.filename(), library.substr(0, library.find(".so")));
  }
  return result;
}

/// The table's first two columns.
Rows documented() {
  std::ifstream page(source_dir() / "docs/licences.md");
  Rows result;
  for (std::string line; std::getline(page, line);) {
    std::array<std::string, 2> cells;
    std::size_t at = 0;
    bool row = line.starts_with("| `");
    for (std::string& cell : cells) {
      const std::size_t begin = line.find('`', at), end = line.find('`', begin + 1);
      row = row && begin != std::string::npos && end != std::string::npos;
      if (!row) break;
      cell = line.substr(begin + 1, end - begin - 1);
      at = end + 1;
    }
    if (row) result.emplace(cells[0], cells[1]);
  }
  return result;
}

// What is handed out (scripts/release.sh): the program, and the modules that have none either.
TEST(Licences, TheProgramLoadsNothingUnderApacheAlone) {
  for (const fs::path& file : files()) {
    const std::string name = file.filename();
    if (name == "arcadecam-onednn.so" || name == "arcadecam-video.so") continue;
    for (const auto& [of, library] : loaded(file)) ADD_FAILURE() << of << " loads " << library;
  }
}

TEST(Licences, EveryLibraryUnderApacheAloneStandsInTheManual) {
  const Rows known = documented();
  ASSERT_EQ(known.size(), 4U);
  Rows found;
  for (const fs::path& file : files()) {
    ASSERT_TRUE(fs::exists(file)) << file;
    found.merge(loaded(file));
  }
  for (const auto& [file, library] : found) {
    EXPECT_TRUE(known.contains({file, library}))
        << file << " loads " << library << ", which is under Apache-2.0: docs/licences.md lacks it";
  }
  // What FFmpeg brings is the distribution's choice; the rest is ours.
  const bool has_onednn = fs::exists(fs::path(program()).parent_path() / kOptional);
  for (const auto& row : known) {
    if (row.first == "arcadecam-video.so") continue;
    if (row.first == kOptional && !has_onednn) continue;
    EXPECT_TRUE(found.contains(row))
        << row.first << " no longer loads " << row.second << ": take it out of docs/licences.md";
  }
}

}  // namespace
}  // namespace arcadecam::test
