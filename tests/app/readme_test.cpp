// The README and the manual do what they say: the snippets of the README and of the pages for
// newcomers are run as they are written; those of all pages name commands, options and methods that
// exist.
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
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

/// The words of every call of the program in a snippet, without comments.
std::vector<std::vector<std::string>> calls_in(std::string snippet) {
  for (std::size_t at = 0; (at = snippet.find("\\\n", at)) != std::string::npos;)
    snippet.erase(at, 2);
  std::vector<std::vector<std::string>> calls;
  std::istringstream lines(snippet);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("arcadecam ")) continue;
    std::vector<std::string> words;
    std::istringstream text(line);
    for (std::string word; text >> word && word != "#";) words.push_back(word);
    calls.push_back(words);
  }
  return calls;
}

std::string text_of_page(const fs::path& file) {
  const auto bytes = read_file(file);
  return {bytes.begin(), bytes.end()};
}

fs::path project() {
  return test::golden_dir().parent_path().parent_path();
}

/// Runs a page's shell snippets in a folder; returns how many calls of the program they hold.
std::size_t run_as_written(const fs::path& page, const fs::path& folder) {
  std::size_t calls = 0;
  for (const std::string& snippet : snippets(text_of_page(project() / page), "sh")) {
    // What sets up and builds is what brought this test here.
    if (!snippet.starts_with("arcadecam ")) continue;
    const std::string script = (folder / "snippet.sh").string();
    {
      OutputFile file(script);
      file.write("set -eu\ncd '" + folder.string() + "'\nPATH='" +
                 fs::path(test::program()).parent_path().string() + "':$PATH\n" + snippet);
      file.commit();
    }
    const test::Result result = test::run("sh '" + script + "'");
    EXPECT_EQ(result.code, 0) << page << "\n" << snippet << "\n" << result.text;
    calls += calls_in(snippet).size();
  }
  return calls;
}

void expect_files(const fs::path& folder, const std::vector<const char*>& files) {
  for (const char* made : files) EXPECT_TRUE(fs::exists(folder / made)) << made;
}

/// What a call names that does not exist: its command, an option, a method or a measure.
class KnownNames {
 public:
  std::string objection(const std::vector<std::string>& call) {
    if (call.size() < 2 || call[1].starts_with('-')) return {};
    const std::string& command = call[1];
    if (!helps_.contains(command)) {
      const test::Result help = test::arcadecam(command + " --help");
      // Where there is no such command, the program's own help comes.
      helps_[command] = test::contains(help.text, "arcadecam " + command + " ") ? help.text : "";
    }
    const std::string& help = helps_[command];
    if (help.empty()) return "there is no command " + command;
    for (std::size_t i = 2; i < call.size(); ++i) {
      const std::string option = call[i].substr(0, call[i].find('='));
      if (!option.starts_with("--")) continue;
      if (!has_word(help, option)) return command + " has no option " + option;
      if (i + 1 < call.size() && (option == "--methods" || option == "--method"))
        if (const auto wrong = unknown(call[i + 1], "methods"); !wrong.empty()) return wrong;
      if (i + 1 < call.size() && option == "--measures")
        if (const auto wrong = unknown(call[i + 1], "measures"); !wrong.empty()) return wrong;
    }
    return {};
  }

 private:
  static bool has_word(const std::string& text, const std::string& word) {
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += word.size()) {
      const char next = at + word.size() < text.size() ? text[at + word.size()] : '\n';
      if (next != '-' && !std::isalnum(static_cast<unsigned char>(next))) return true;
    }
    return false;
  }

  /// The first name of a list that `arcadecam COMMAND --json` does not have.
  std::string unknown(const std::string& list, const std::string& command) {
    auto& known = known_[command];
    if (known.empty()) {
      known.insert("all");
      for (const auto& entry : nlohmann::json::parse(test::arcadecam(command + " --json").text))
        known.insert(entry["id"].get<std::string>());
    }
    std::istringstream entries(list);
    for (std::string entry; std::getline(entries, entry, ',');) {
      const std::string id = entry.substr(0, entry.find(':'));
      if (id != "…" && !known.contains(id)) return "no entry of " + command + " is called " + id;
    }
    return {};
  }

  std::map<std::string, std::string> helps_;
  std::map<std::string, std::set<std::string>> known_;
};

TEST(Readme, FindsSnippets) {
  EXPECT_EQ(snippets("a\n```sh\nx\ny\n```\n```cpp\nz\n```\n```sh\nw\n```\n", "sh"),
            (std::vector<std::string>{"x\ny\n", "w\n"}));
  EXPECT_EQ(calls_in("arcadecam a --b c  # d\nls\narcadecam e \\\n  --f\n"),
            (std::vector<std::vector<std::string>>{{"arcadecam", "a", "--b", "c"},
                                                   {"arcadecam", "e", "--f"}}));
}

TEST(Readme, FindsWhatDoesNotExist) {
  KnownNames names;
  EXPECT_EQ(names.objection({"arcadecam", "play", "pong", "--steps", "3"}), "");
  EXPECT_EQ(names.objection({"arcadecam", "nosuch"}), "there is no command nosuch");
  EXPECT_EQ(names.objection({"arcadecam", "play", "--step"}), "play has no option --step");
  EXPECT_EQ(names.objection({"arcadecam", "map", "--method", "gradcam:at=post"}), "");
  EXPECT_EQ(names.objection({"arcadecam", "map", "--method", "gradcam,nosuch"}),
            "no entry of methods is called nosuch");
  EXPECT_EQ(names.objection({"arcadecam", "evaluate", "--measures", "gradcam"}),
            "no entry of measures is called gradcam");
}

TEST(Readme, EverySnippetNamesWhatExists) {
  KnownNames names;
  std::size_t calls = 0;
  std::vector<fs::path> pages{"README.md"};
  for (const auto& entry : fs::directory_iterator(project() / "docs"))
    if (entry.path().extension() == ".md")
      pages.push_back(entry.path().lexically_relative(project()));
  for (const fs::path& page : pages) {
    const std::string text = text_of_page(project() / page);
    for (const char* language : {"sh", ""}) {
      for (const std::string& snippet : snippets(text, language)) {
        for (const auto& call : calls_in(snippet)) {
          EXPECT_EQ(names.objection(call), "") << page << "\n" << snippet;
          ++calls;
        }
      }
    }
  }
  EXPECT_GE(calls, 30U);
}

TEST(Readme, TheTourRunsAsWritten) {
  const test::TemporaryFolder folder;
  fs::create_directory_symlink(project() / "agents", folder.path() / "agents");
  // "Your own states": the reader brings them.
  const auto states = test::GoldenArrays("explain/atari_dqn.npz").get<std::uint8_t>("states");
  write_npy<std::uint8_t>(folder.path() / "states.npy", states.view());

  EXPECT_GE(run_as_written("README.md", folder.path()), 10U);
  expect_files(folder.path(), {"out/pong/video.mp4", "out/pong/maps.npz", "out/pong/steps.csv",
                               "out/pong/trace.jsonl.gz", "out/compare/compare.png", "maps.npy"});
}

TEST(Manual, ThePageToStartWithRunsAsWritten) {
  const test::TemporaryFolder folder;
  EXPECT_GE(run_as_written("docs/index.md", folder.path()), 3U);
  expect_files(folder.path(), {"out/first/video.mp4", "out/first/clip.gif", "out/first/maps.npz",
                               "out/first/trace.jsonl.gz", "out/compare/compare.png"});
}

TEST(Manual, ThePageForStableBaselinesRunsAsWritten) {
  const test::TemporaryFolder folder;
  // The reader brings an agent.
  fs::copy_file(test::golden_dir() / "agents/sb3_ppo.zip", folder.path() / "my_agent.zip");
  EXPECT_GE(run_as_written("docs/stable-baselines3.md", folder.path()), 5U);
  expect_files(folder.path(), {"out/my_agent/video.mp4", "out/questions/compare.png"});
}

TEST(Manual, ThePageForAPaperRunsAsWritten) {
  const test::TemporaryFolder folder;
  EXPECT_GE(run_as_written("docs/paper.md", folder.path()), 6U);
  expect_files(folder.path(),
               {"out/run/trace.jsonl.gz", "out/highlights/highlights.png", "out/figure/figure.pdf",
                "out/evaluation/summary.csv", "out/evaluation/report.html"});
}

TEST(Manual, ThePageForAClassRunsAsWritten) {
  const test::TemporaryFolder folder;
  EXPECT_GE(run_as_written("docs/class.md", folder.path()), 6U);
  expect_files(folder.path(), {"out/class1/maps.npz", "out/class2/compare.png",
                               "out/class3/compare.png", "out/class4/compare.png",
                               "out/class5/objects.csv", "out/class5-numbers/report.html"});
}

}  // namespace
}  // namespace arcadecam
