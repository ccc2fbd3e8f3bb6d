#include "arcadecam/core/files.h"

#include <gtest/gtest.h>

#include "arcadecam/core/digest.h"
#include "arcadecam/core/error.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

TEST(OutputFileTest, AppearsOnlyWhenItIsWhole) {
  const test::TemporaryFolder folder;
  const fs::path name = folder.path() / "a.txt";
  {
    OutputFile file(name);
    file.write("half");
    EXPECT_FALSE(fs::exists(name));
  }
  EXPECT_TRUE(fs::is_empty(folder.path())) << "an abandoned file leaves nothing";
  OutputFile file(name);
  file.write("0000 whole");
  file.rewrite_start("head");
  file.write("!");
  file.commit();
  const auto bytes = read_file(name);
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "head whole!");
}

TEST(OutputFileTest, FailuresNameTheFile) {
  const test::TemporaryFolder folder;
  for (const fs::path& name : {folder.path() / "missing" / "a", folder.path()}) {
    try {
      const OutputFile file(name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(name.string()), std::string::npos) << error.what();
    }
  }
}

TEST(ReadFile, RefusesFoldersMissingAndLargeFiles) {
  const test::TemporaryFolder folder;
  EXPECT_THROW((void)read_file(folder.path()), Error);
  EXPECT_THROW((void)read_file(folder.path() / "none"), Error);
  EXPECT_THROW((void)read_file(test::golden_dir() / "README.md", 10), Error);
  EXPECT_THROW((void)read_file("/dev/zero"), Error);
}

TEST(Digest, KnownValues) {
  const std::vector<std::uint8_t> abc{'a', 'b', 'c'};
  EXPECT_EQ(sha256(abc), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(md5(abc), "900150983cd24fb0d6963f7d28e17f72");
  const auto file = test::golden_dir() / "README.md";
  EXPECT_EQ(sha256_of_file(file), sha256(read_file(file)));
}

}  // namespace
}  // namespace arcadecam
