// An extension is one file that defines one entry named after it; the tables are generated from the
// folders.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "house/sources.h"

namespace arcadecam::house {
namespace {

/// Folders whose files are entries of a generated table (see arcadecam_table() in cmake/).
const std::vector<std::string> kTableFolders{"src/nn/engines",
                                             "src/checkpoint/conventions",
                                             "src/explain/methods",
                                             "src/app/commands",
                                             "src/game/objects",
                                             "src/game/variations",
                                             "src/evaluate/game_measures",
                                             "src/measure/measures"};

/// The names of the entries that a source defines: `extern constinit const TYPE NAME_entry{…}` (or
/// `= …`).
std::vector<std::string> entries_in(const std::string& text) {
  static const std::regex pattern(R"(\bextern\s+constinit\s+const\s+[\w:]+\s+(\w+)_entry\s*[={])");
  const std::string code = code_of(text);
  std::vector<std::string> names;
  for (std::sregex_iterator match(code.begin(), code.end(), pattern), end; match != end; ++match) {
    names.push_back((*match)[1]);
  }
  return names;
}

/// The entry's name that CMake's table expects of a file.
std::string identifier_of(const std::filesystem::path& file) {
  std::string name = file.stem().string();
  std::ranges::replace_if(
      name, [](char c) { return c == '-' || c == '.' || c == '+'; }, '_');
  return name;
}

TEST(Entries, TheRuleFindsWhatItIsFor) {
  EXPECT_EQ(entries_in("extern constinit const Method gradcam_entry{.id = \"gradcam\"};"),
            std::vector<std::string>{"gradcam"});
  EXPECT_EQ(entries_in("extern constinit const nn::EngineKind\n    a_entry = {1};\n"
                       "extern constinit const nn::EngineKind b_entry{2};"),
            (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(entries_in("// extern constinit const Method gradcam_entry{};").empty());
  EXPECT_EQ(identifier_of("methods/grad-cam.cpp"), "grad_cam");
}

TEST(Entries, EveryFileOfATableFolderDefinesExactlyItsEntry) {
  const auto sources = sources_below(kTableFolders);
  for (const Source& source : sources) {
    const std::filesystem::path path(source.path);
    EXPECT_EQ(path.extension(), ".cpp")
        << source.path << ": an extension has no header; shared code goes "
        << "into the room's own folder";
    if (path.extension() != ".cpp") continue;
    EXPECT_EQ(entries_in(source.text), std::vector<std::string>{identifier_of(path)})
        << source.path;
  }
}

TEST(Entries, FilesAreNamedInOneStyle) {
  static const std::regex style("[a-z0-9_]+");
  const auto sources = sources_below({"src", "include", "tests", "bench", "fuzz"});
  ASSERT_GT(sources.size(), 20U);
  for (const Source& source : sources) {
    const std::string stem = std::filesystem::path(source.path).stem().string();
    EXPECT_TRUE(std::regex_match(stem, style)) << source.path;
  }
}

TEST(Entries, EveryTableFolderHasAFile) {
  for (const std::string& folder : kTableFolders)
    EXPECT_FALSE(sources_below({folder}).empty()) << folder;
}

}  // namespace
}  // namespace arcadecam::house
