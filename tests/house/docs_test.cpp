// The manual holds together: links and anchors of every Markdown file lead somewhere, and the
// site's navigation has every page.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "house/sources.h"

namespace arcadecam::house {
namespace {

namespace fs = std::filesystem;

/// A Markdown text without its fenced blocks and inline code.
std::string prose_of(const std::string& markdown) {
  std::string text;
  bool fenced = false;
  for (const auto& [number, line] : lines_of(markdown)) {
    const bool fence = line.find_first_not_of(' ') != std::string::npos &&
                       line.substr(line.find_first_not_of(' ')).starts_with("```");
    if (fence) fenced = !fenced;
    if (!fenced && !fence) text += line;
    text += '\n';
  }
  static const std::regex code("`[^`]*`");
  return std::regex_replace(text, code, "``");
}

/// What a text links to or shows: targets of [text](target) and src="target".
std::vector<std::string> targets_in(const std::string& markdown) {
  static const std::regex pattern(R"re(\]\(\s*<?([^)\s>]+)>?[^)]*\)|\b(?:src|href)="([^"]*)")re");
  const std::string prose = prose_of(markdown);
  std::vector<std::string> targets;
  for (std::sregex_iterator match(prose.begin(), prose.end(), pattern), end; match != end; ++match)
    targets.push_back((*match)[1].matched ? (*match)[1] : (*match)[2]);
  return targets;
}

/// A heading's anchor as GitHub and the site make it. Letters outside ASCII are left out, here and
/// in links.
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) continue;
    if (std::isalnum(byte) || c == '-' || c == '_')
      anchor += static_cast<char>(std::tolower(byte));
    else if (c == ' ')
      anchor += '-';
  }
  return anchor;
}

std::set<std::string> anchors_in(const std::string& markdown) {
  std::set<std::string> anchors;
  bool fenced = false;
  for (const auto& [number, line] : lines_of(markdown)) {
    if (line.starts_with("```")) fenced = !fenced;
    const std::size_t level = line.find_first_not_of('#');
    if (fenced || level == 0 || level == std::string::npos || level > 6 || line[level] != ' ')
      continue;
    const std::string base = anchor_of(line.substr(level + 1));
    std::string anchor = base;
    for (int copy = 1; anchors.contains(anchor); ++copy) anchor = base + "-" + std::to_string(copy);
    anchors.insert(anchor);
  }
  return anchors;
}

bool is_elsewhere(const std::string& target) {
  return target.find("://") != std::string::npos || target.starts_with("mailto:");
}

/// What is wrong with a link of a file, or nothing.
std::string docs_objection(const fs::path& file, const std::string& target) {
  if (is_elsewhere(target)) return {};
  const std::size_t hash = target.find('#');
  const std::string path = target.substr(0, hash);
  const fs::path to = path.empty() ? file : (file.parent_path() / path).lexically_normal();
  if (!fs::exists(to)) return "there is no " + to.lexically_relative(project()).generic_string();
  if (hash == std::string::npos || to.extension() != ".md") return {};
  std::string anchor;
  for (const char c : target.substr(hash + 1)) {
    if (static_cast<unsigned char>(c) < 0x80) anchor += c;
  }
  return anchors_in(content_of(to)).contains(anchor) ? "" : "there is no heading #" + anchor;
}

std::vector<fs::path> markdown_files() {
  std::vector<fs::path> files = repository_files();
  std::erase_if(files, [](const fs::path& file) { return file.extension() != ".md"; });
  return files;
}

/// The pages below docs/, from there, with "/".
std::set<std::string> pages() {
  std::set<std::string> found;
  for (const fs::path& file : markdown_files()) {
    const std::string path = file.lexically_relative(project() / "docs").generic_string();
    if (!path.starts_with("..")) found.insert(path);
  }
  return found;
}

/// The pages that the navigation of mkdocs.yml names.
std::vector<std::string> pages_in_navigation(const std::string& settings) {
  std::vector<std::string> found;
  static const std::regex page(R"(^\s+- .*?([\w./-]+\.md)\s*$)");
  bool inside = false;
  for (const auto& [number, line] : lines_of(settings)) {
    if (!line.empty() && line[0] != ' ') inside = line == "nav:";
    std::smatch match;
    if (inside && std::regex_match(line, match, page)) found.push_back(match[1]);
  }
  return found;
}

/// The project's files and folders that inline code names (`src/core/json.h`). Words in capitals
/// stand for any name.
std::vector<std::string> paths_in(const std::string& markdown) {
  static const std::regex pattern(
      R"(`((?:src|include|tests|fuzz|bench|scripts|cmake|findings)/[\w./-]*)`)");
  static const std::regex any_name("[A-Z]{3,}");
  std::vector<std::string> paths;
  for (std::sregex_iterator match(markdown.begin(), markdown.end(), pattern), end; match != end;
       ++match) {
    if (!std::regex_search((*match)[1].str(), any_name)) paths.push_back((*match)[1]);
  }
  return paths;
}

TEST(Docs, TheRulesFindWhatTheyAreFor) {
  EXPECT_EQ(paths_in("`src/core/json.h` src/a.h `tests/` `src/app/commands/NAME.cpp` `out/a.h`"),
            (std::vector<std::string>{"src/core/json.h", "tests/"}));
  EXPECT_EQ(targets_in("[a](b.md#c) ![p](d.png) `[x](y)`\n```\n[z](w)\n```\n<img src=\"e.png\">"),
            (std::vector<std::string>{"b.md#c", "d.png", "e.png"}));
  EXPECT_EQ(targets_in("[a `b` c](d.md)"), std::vector<std::string>{"d.md"});
  EXPECT_EQ(anchor_of("Averages around any method: `noise`, `shifts`"),
            "averages-around-any-method-noise-shifts");
  EXPECT_EQ(anchor_of("A & B"), "a--b");
  EXPECT_EQ(anchors_in("# One\n```\n# no\n```\n## One\n### Two `x_y`\n#no"),
            (std::set<std::string>{"one", "one-1", "two-x_y"}));
  const fs::path readme = project() / "README.md";
  EXPECT_EQ(docs_objection(readme, "LICENSE"), "");
  EXPECT_EQ(docs_objection(readme, "nosuch.md"), "there is no nosuch.md");
  EXPECT_EQ(docs_objection(readme, "docs/protocols.md#replaying-a-recorded-session"), "");
  EXPECT_EQ(docs_objection(readme, "docs/protocols.md#nosuch"), "there is no heading #nosuch");
  EXPECT_EQ(docs_objection(readme, "#nosuch"), "there is no heading #nosuch");
  EXPECT_EQ(docs_objection(readme, "https://example.org/nosuch"), "");
  EXPECT_EQ(
      pages_in_navigation("a: b\nnav:\n  - A: a.md\n  - B:\n      - C d: e/f.md\nx:\n  - no.md\n"),
      (std::vector<std::string>{"a.md", "e/f.md"}));
}

TEST(Docs, EveryLinkAndAnchorLeadsSomewhere) {
  const auto files = markdown_files();
  ASSERT_GT(files.size(), 10U);
  std::size_t links = 0;
  for (const fs::path& file : files) {
    for (const std::string& target : targets_in(content_of(file))) {
      EXPECT_EQ(docs_objection(file, target), "")
          << file.lexically_relative(project()) << " links to " << target;
      links += is_elsewhere(target) ? 0 : 1;
    }
  }
  EXPECT_GT(links, 50U);
}

TEST(Docs, EveryFileThatIsNamedIsThere) {
  std::size_t named = 0;
  for (const fs::path& file : markdown_files()) {
    for (const std::string& path : paths_in(content_of(file))) {
      EXPECT_TRUE(fs::exists(project() / path))
          << file.lexically_relative(project()) << " names " << path;
      ++named;
    }
  }
  EXPECT_GT(named, 20U);
}

TEST(Docs, APageLinksToNothingThatTheSiteDoesNotHave) {
  for (const std::string& page : pages()) {
    const fs::path file = project() / "docs" / page;
    for (const std::string& target : targets_in(content_of(file))) {
      if (is_elsewhere(target) || target.starts_with('#')) continue;
      const std::string to = (file.parent_path() / target)
                                 .lexically_normal()
                                 .lexically_relative(project() / "docs")
                                 .generic_string();
      EXPECT_FALSE(to.starts_with("..")) << page << " links to " << target << ", outside of docs/";
    }
  }
}

TEST(Docs, EveryPageStandsInTheNavigationOnce) {
  const auto named = pages_in_navigation(content_of(project() / "mkdocs.yml"));
  EXPECT_EQ(std::set<std::string>(named.begin(), named.end()), pages());
  EXPECT_EQ(named.size(), pages().size());
}

TEST(Docs, TheCitationIsOfThisVersion) {
  const std::string cmake = content_of(project() / "CMakeLists.txt");
  static const std::regex version(R"(\bVERSION (\d+\.\d+\.\d+)\b)");
  std::smatch match;
  ASSERT_TRUE(std::regex_search(cmake, match, version));
  const std::string citation = content_of(project() / "CITATION.cff");
  EXPECT_NE(citation.find("\nversion: " + match[1].str() + "\n"), std::string::npos);
}

TEST(Docs, EveryPictureIsShownSomewhere) {
  std::set<std::string> shown;
  for (const fs::path& file : markdown_files()) {
    for (const std::string& target : targets_in(content_of(file)))
      shown.insert((file.parent_path() / target).lexically_normal().generic_string());
  }
  for (const fs::path& file : repository_files()) {
    const std::string path = file.lexically_relative(project()).generic_string();
    if (path.starts_with("docs/images/")) {
      EXPECT_TRUE(shown.contains(file.lexically_normal().generic_string())) << path;
    }
  }
}

}  // namespace
}  // namespace arcadecam::house
