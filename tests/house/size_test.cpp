// A file holds one idea: none is longer than can be read at one sitting.
#include <gtest/gtest.h>

#include "house/sources.h"

namespace arcadecam::house {
namespace {

constexpr std::size_t kLongestSource = 400;
constexpr std::size_t kLongestTest = 600;

TEST(Size, NoSourceIsLongerThan400Lines) {
  const auto sources = sources_below({"src", "include"});
  ASSERT_GT(sources.size(), 20U);
  for (const Source& source : sources) {
    EXPECT_LE(lines_of(source.text).size(), kLongestSource) << source.path << ": split it";
  }
}

TEST(Size, NoTestIsLongerThan600Lines) {
  for (const Source& source : sources_below({"tests", "bench", "fuzz"})) {
    EXPECT_LE(lines_of(source.text).size(), kLongestTest) << source.path << ": split it";
  }
}

}  // namespace
}  // namespace arcadecam::house
