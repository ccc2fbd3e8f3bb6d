// Shell completion offers every command and option that the program has, and the names it knows.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "app/program.h"
#include "arcadecam/core/files.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

using test::arcadecam;
using test::contains;

/// What bash offers at the end of a line of words (the last may be empty or a beginning).
std::set<std::string> offered(const std::vector<std::string>& words) {
  const test::TemporaryFolder folder;
  const std::string script = (folder.path() / "complete.bash").string();
  {
    OutputFile file(script);
    std::string line;
    for (const std::string& word : words) line += " '" + word + "'";
    file.write("cd '" + folder.path().string() + "'\nsource <('" + test::program() +
               "' completion bash) || exit 3\nCOMP_WORDS=(" + line +
               ")\nCOMP_CWORD=" + std::to_string(words.size() - 1) +
               "\n_arcadecam\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
    file.commit();
  }
  const test::Result result = test::run("bash '" + script + "'");
  EXPECT_EQ(result.code, 0) << result.text;
  std::set<std::string> list;
  std::istringstream lines(result.text);
  for (std::string word; std::getline(lines, word);)
    if (!word.empty()) list.insert(word);
  return list;
}

/// The options that stand at the beginning of a line of a help text, and the commands likewise.
std::set<std::string> options_in(const std::string& help) {
  static const std::regex line(R"((?:^|\n)  (-[^ \n]*))"), option(R"(--?[A-Za-z][\w-]*)");
  std::set<std::string> found;
  for (std::sregex_iterator match(help.begin(), help.end(), line), end; match != end; ++match) {
    const std::string names = (*match)[1];
    for (std::sregex_iterator name(names.begin(), names.end(), option); name != end; ++name)
      found.insert(name->str());
  }
  return found;
}

std::set<std::string> commands() {
  static const std::regex command(R"((?:^|\n)  ([a-z]+) )");
  const std::string help = arcadecam("--help").text;
  const std::string list = help.substr(help.find("Subcommands:"));
  std::set<std::string> found;
  for (std::sregex_iterator match(list.begin(), list.end(), command), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}

bool holds(const std::set<std::string>& all, const std::set<std::string>& some) {
  return std::ranges::includes(all, some);
}

TEST(Completion, OffersEveryCommand) {
  auto expected = commands();
  ASSERT_GE(expected.size(), 14U);
  EXPECT_TRUE(expected.contains("completion"));
  expected.insert({"--help", "--version"});
  EXPECT_EQ(offered({"arcadecam", ""}), expected);
  EXPECT_EQ(offered({"arcadecam", "exp"}), std::set<std::string>{"explain"});
}

TEST(Completion, EveryShellKnowsEveryOptionOfEveryCommand) {
  const std::string zsh = arcadecam("completion zsh").text,
                    fish = arcadecam("completion fish").text;
  for (const std::string& command : commands()) {
    const auto options = options_in(arcadecam(command + " --help").text);
    EXPECT_TRUE(options.contains("--help")) << command;
    EXPECT_EQ(offered({"arcadecam", command, "-"}), options) << command;
    const std::size_t in_zsh = zsh.find("        " + command + ") _arguments");
    ASSERT_NE(in_zsh, std::string::npos) << command;
    const std::string part = zsh.substr(in_zsh, zsh.find(";;", in_zsh) - in_zsh);
    for (const std::string& option : options) {
      EXPECT_TRUE(contains(part, "'" + option + "[") || contains(part, "'" + option + "=["))
          << command << ' ' << option;
      const std::string name =
          option.starts_with("--") ? " -l " + option.substr(2) : " -s " + option.substr(1);
      EXPECT_TRUE(std::regex_search(
          fish, std::regex("__fish_seen_subcommand_from " + command + "'[^\n]*" + name + "[ \n]")))
          << command << ' ' << option;
    }
  }
}

TEST(Completion, OffersTheValuesThatAreKnown) {
  EXPECT_EQ(offered({"arcadecam", "figure", "pong", "--theme", ""}),
            (std::set<std::string>{"dark", "light"}));
  EXPECT_EQ(offered({"arcadecam", "completion", ""}),
            (std::set<std::string>{"bash", "fish", "zsh"}));
  EXPECT_EQ(offered({"arcadecam", "explain", "--colors", "c"}), std::set<std::string>{"cool-warm"});
  EXPECT_TRUE(holds(offered({"arcadecam", "explain", "--protocol", ""}),
                    {"classic", "modern", "stable-baselines3"}));
  EXPECT_EQ(offered({"arcadecam", "replay", "--game", "space"}),
            (std::set<std::string>{"space_invaders", "space_war"}));
  EXPECT_TRUE(holds(offered({"arcadecam", "play", ""}), {"breakout", "pong"}));
  EXPECT_EQ(offered({"arcadecam", "evaluate", "pong", "--measures", "smooth"}),
            std::set<std::string>{"smooth-randomisation"});
  EXPECT_EQ(offered({"arcadecam", "vary", "pong", "--variation", "slow"}),
            std::set<std::string>{"slow-ball"});
  EXPECT_EQ(offered({"arcadecam", "play", "pong", "--seed", ""}), std::set<std::string>{});
}

TEST(Completion, CompletesTheLastOfAList) {
  EXPECT_EQ(offered({"arcadecam", "explain", "pong", "--methods", "gradcam,layerc"}),
            (std::set<std::string>{"gradcam,layercam"}));
  EXPECT_EQ(offered({"arcadecam", "explain", "pong", "--methods", "=", "rand"}),
            std::set<std::string>{"random"})
      << "bash parts --methods=rand at the =";
}

TEST(Completion, NamesFilesWhereAFileIsMeant) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "two words");
  const std::string line =
      "cd '" + folder.path().string() + "' && source <('" + test::program() +
      "' completion bash) && COMP_WORDS=(arcadecam inspect two) COMP_CWORD=2 && "
      "_arcadecam && printf '%s\\n' \"${COMPREPLY[@]}\"";
  {
    OutputFile file(folder.path() / "run.bash");
    file.write(line);
    file.commit();
  }
  EXPECT_EQ(test::run("bash '" + (folder.path() / "run.bash").string() + "'").text, "two words\n");
}

TEST(Completion, AnotherShellIsRefused) {
  EXPECT_EQ(arcadecam("completion csh").code, 2);
  EXPECT_EQ(arcadecam("completion").code, 2);
}

}  // namespace
}  // namespace arcadecam
