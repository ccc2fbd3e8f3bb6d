#include "core/module.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "arcadecam/core/error.h"

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

fs::path beside_this_program(const std::string& name) {
  return fs::read_symlink("/proc/self/exe").parent_path() / name;
}

std::string error_of(const char* module) {
  try {
    open_module(module, "tests");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
    return error.what();
  }
  return "no error";
}

TEST(Module, OneThatIsMissingIsNamedWithItsPlaces) {
  const std::string text = error_of("nowhere");
  EXPECT_TRUE(text.starts_with("arcadecam-nowhere.so is missing, which tests need: ")) << text;
  EXPECT_NE(text.find(beside_this_program("arcadecam-nowhere.so").string()), std::string::npos)
      << text;
  EXPECT_NE(text.find("/arcadecam/arcadecam-nowhere.so;"), std::string::npos) << text;
}

TEST(Module, AFileThatIsNoLibraryIsRefused) {
  const fs::path file = beside_this_program("arcadecam-broken.so");
  std::ofstream(file) << "no library";
  const std::string text = error_of("broken");
  fs::remove(file);
  EXPECT_TRUE(text.starts_with(file.string() + ", which tests need, cannot be opened: ")) << text;
}

TEST(Module, OneOfAnotherVersionIsRefused) {
  const std::string text = error_of("of-another-version");
  EXPECT_NE(text.find("arcadecam-of-another-version.so belongs to another program: expected "
                      "version "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(", found 0.0.0-other;"), std::string::npos) << text;
}

TEST(Module, ALibraryThatIsNoneOfOursIsRefused) {
  const std::string text = error_of("of-somebody-else");
  EXPECT_NE(text.find(", found no version;"), std::string::npos) << text;
}

}  // namespace
}  // namespace arcadecam
