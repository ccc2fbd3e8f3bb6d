// A file holds one idea: none is longer than can be read at one sitting. The rule splits ideas, not
// lines: where one idea needs more, it may have up to kLongestIdea lines, and stands in the list of
// those below with the reason.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "house/sources.h"

namespace arcadecam::house {
namespace {

constexpr std::size_t kLongestSource = 400;
constexpr std::size_t kLongestTest = 600;
constexpr std::size_t kLongestIdea = 600;

/// Sources of more than kLongestSource lines, and why their idea cannot be split. None today.
const std::map<std::string, std::string>& long_ideas() {
  static const std::map<std::string, std::string> list{};
  return list;
}

TEST(Size, NoSourceIsLongerThan400Lines) {
  const auto sources = sources_below({"src", "include"});
  ASSERT_GT(sources.size(), 20U);
  for (const Source& source : sources) {
    const bool one_idea = long_ideas().contains(source.path);
    const std::size_t lines = lines_of(source.text).size();
    EXPECT_LE(lines, one_idea ? kLongestIdea : kLongestSource) << source.path << ": split it";
    if (one_idea) {
      EXPECT_GT(lines, kLongestSource) << source.path << " needs no exception";
    }
  }
}

TEST(Size, ExceptionsExistAndHaveAReason) {
  for (const auto& [path, reason] : long_ideas()) {
    EXPECT_TRUE(std::filesystem::is_regular_file(project() / path)) << path;
    EXPECT_GT(reason.size(), 20U) << path;
  }
}

TEST(Size, NoTestIsLongerThan600Lines) {
  for (const Source& source : sources_below({"tests", "bench", "fuzz"})) {
    EXPECT_LE(lines_of(source.text).size(), kLongestTest) << source.path << ": split it";
  }
}

}  // namespace
}  // namespace arcadecam::house
