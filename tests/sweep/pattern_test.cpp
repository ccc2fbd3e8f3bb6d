#include "sweep/pattern.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/error_of.h"
#include "support/golden.h"

namespace arcadecam::sweep {
namespace {

using Kept = std::map<std::string, std::string>;

void make_file(const std::filesystem::path& file) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << "x";
}

std::vector<std::pair<std::string, Kept>> found(const std::string& pattern,
                                                const std::filesystem::path& folder) {
  std::vector<std::pair<std::string, Kept>> list;
  for (const FoundFile& file : find_files(pattern, folder))
    list.emplace_back(file.path.lexically_relative(folder).string(), file.fields);
  return list;
}

TEST(Pattern, PartsKeepWhatTheyName) {
  Kept kept;
  EXPECT_TRUE(matches_part("model_{step}.gz", "model_1930000.gz", kept));
  EXPECT_EQ(kept, (Kept{{"step", "1930000"}}));
  EXPECT_FALSE(matches_part("model_{step}.gz", "model_x.gz", kept));
  EXPECT_FALSE(matches_part("model_{step}.gz", "model_.gz", kept));
  kept.clear();
  EXPECT_TRUE(matches_part("{game}-{run}-*", "Pong-3-late-1.pt", kept));
  EXPECT_EQ(kept, (Kept{{"game", "Pong-3"}, {"run", "late"}}));
  kept = {{"run", "7"}};
  EXPECT_FALSE(matches_part("{run}", "8", kept));
  EXPECT_TRUE(matches_part("{run}", "7", kept));
  EXPECT_TRUE(matches_part("a?c*", "abc", kept));
  EXPECT_FALSE(matches_part("*", ".hidden", kept));
}

TEST(Pattern, FilesAreFoundInOrderWithWhatTheirPathSays) {
  const test::TemporaryFolder folder;
  for (const char* name : {"zoo/Pong/1/m_20.gz", "zoo/Pong/1/m_100.gz", "zoo/Breakout/2/m_5.gz",
                           "zoo/Pong/notes.txt", "zoo/deep/er/a.pt"})
    make_file(folder.path() / name);
  EXPECT_EQ(found("zoo/{game}/{run}/m_{step}.gz", folder.path()),
            (std::vector<std::pair<std::string, Kept>>{
                {"zoo/Breakout/2/m_5.gz", {{"game", "Breakout"}, {"run", "2"}, {"step", "5"}}},
                {"zoo/Pong/1/m_100.gz", {{"game", "Pong"}, {"run", "1"}, {"step", "100"}}},
                {"zoo/Pong/1/m_20.gz", {{"game", "Pong"}, {"run", "1"}, {"step", "20"}}}}));
  EXPECT_EQ(found("zoo/**/*.pt", folder.path()),
            (std::vector<std::pair<std::string, Kept>>{{"zoo/deep/er/a.pt", {}}}));
  EXPECT_EQ(found("zoo/Pong/notes.txt", folder.path()).size(), 1U);
  EXPECT_TRUE(found("zoo/nosuch/*", folder.path()).empty());
  EXPECT_EQ(find_files((folder.path() / "zoo/**/m_*").string(), "/").size(), 3U);
}

TEST(Pattern, LinksInCirclesEnd) {
  const test::TemporaryFolder folder;
  make_file(folder.path() / "a/b.pt");
  std::filesystem::create_directory_symlink("..", folder.path() / "a/up");
  EXPECT_EQ(found("**/*.pt", folder.path()).size(), 1U);
}

TEST(Pattern, WhatIsNoneIsRefused) {
  for (const char* pattern : {"{nosuch}.pt", "{step", "", "a/"})
    EXPECT_NE(test::error_of([&] { (void)find_files(pattern, "/"); }), "") << pattern;
}

}  // namespace
}  // namespace arcadecam::sweep
