#include "core/program_folder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

TEST(ProgramFolder, IsWhereTheTestsLie) {
  EXPECT_TRUE(fs::exists(program_folder() / "test_core"));
}

TEST(DataFile, IsTheInstalledOneWhereThereIsOne) {
  const std::string name = "a-file-of-a-test";
  EXPECT_EQ(data_file(name, "/somewhere/else"), "/somewhere/else");
  const fs::path folder = (program_folder() / "../share/arcadecam").lexically_normal();
  fs::create_directories(folder);
  std::ofstream(folder / name) << "x";
  EXPECT_EQ(data_file(name, "/somewhere/else"), folder / name);
  fs::remove(folder / name);
  // Only what this test made: both are kept where something else is in them.
  std::error_code kept;
  fs::remove(folder, kept);
  fs::remove(folder.parent_path(), kept);
}

}  // namespace
}  // namespace arcadecam
