// The repository speaks of the project alone: no path of somebody's machine, no host of a package
// registry.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "house/sources.h"

namespace arcadecam::house {
namespace {

/// Joined here from parts, so that this file does not hold what it looks for.
std::vector<std::string> forbidden() {
  const auto join = [](const std::string& a, const std::string& b) { return a + b; };
  return {join("/wo", "rk/"),
          join("/ro", "ot/"),
          join("..", "/shared"),
          join("pypi", ".org"),
          join("pythonhosted", ".org"),
          join("deb.debian", ".org"),
          join("security.debian", ".org"),
          join("proxy.golang", ".org"),
          join("crates", ".io/"),
          join("registry.npmjs", ".org")};
}

TEST(Places, NoFileNamesAMachinesPathsOrARegistrysHost) {
  const auto files = repository_files();
  ASSERT_GT(files.size(), 50U);
  for (const auto& file : files) {
    const std::string text = content_of(file);
    for (const std::string& name : forbidden()) {
      EXPECT_EQ(text.find(name), std::string::npos)
          << file.lexically_relative(project()) << " names " << name;
    }
  }
}

}  // namespace
}  // namespace arcadecam::house
