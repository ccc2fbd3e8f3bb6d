// The README's tour does what it says: its shell snippets are run as they are written.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "app/program.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

/// The fenced blocks of a language in a Markdown text.
std::vector<std::string> snippets(const std::string& markdown, const std::string& language) {
  std::vector<std::string> found;
  const std::string open = "```" + language + "\n";
  std::size_t at = 0;
  while ((at = markdown.find(open, at)) != std::string::npos) {
    at += open.size();
    const std::size_t end = markdown.find("```", at);
    found.push_back(markdown.substr(at, end - at));
    at = end;
  }
  return found;
}

std::string text_of(const fs::path& file) {
  const auto bytes = read_file(file);
  return {bytes.begin(), bytes.end()};
}

TEST(Readme, FindsSnippets) {
  EXPECT_EQ(snippets("a\n```sh\nx\ny\n```\n```cpp\nz\n```\n```sh\nw\n```\n", "sh"),
            (std::vector<std::string>{"x\ny\n", "w\n"}));
}

TEST(Readme, TheTourRunsAsWritten) {
  const fs::path source = test::golden_dir().parent_path().parent_path();
  const test::TemporaryFolder folder;
  fs::create_directory_symlink(source / "agents", folder.path() / "agents");
  // "Your own states": the reader brings them.
  const auto states = test::GoldenArrays("explain/atari_dqn.npz").get<std::uint8_t>("states");
  write_npy<std::uint8_t>(folder.path() / "states.npy", states.view());

  std::size_t commands = 0;
  for (const std::string& snippet : snippets(text_of(source / "README.md"), "sh")) {
    // What sets up and builds is what brought this test here.
    if (!snippet.starts_with("arcadecam ")) continue;
    const std::string script = (folder.path() / "snippet.sh").string();
    {
      OutputFile file(script);
      file.write("set -eu\ncd '" + folder.path().string() + "'\nPATH='" +
                 fs::path(ARCADECAM_PROGRAM).parent_path().string() + "':$PATH\n" + snippet);
      file.commit();
    }
    const test::Result result = test::run("sh '" + script + "'");
    EXPECT_EQ(result.code, 0) << snippet << "\n" << result.text;
    for (std::size_t at = 0; (at = snippet.find("arcadecam ", at)) != std::string::npos; ++at)
      ++commands;
  }
  EXPECT_GE(commands, 10U);
  for (const char* made : {"out/pong/video.mp4", "out/pong/maps.npz", "out/pong/steps.csv",
                           "out/pong/trace.jsonl.gz", "out/compare/compare.png", "maps.npy"})
    EXPECT_TRUE(fs::exists(folder.path() / made)) << made;
}

}  // namespace
}  // namespace arcadecam
