#include "house/sources.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace arcadecam::house {
namespace {

/// What a command prints, or nothing when it fails.
std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::array<char, 4096> buffer{};
  std::size_t count = 0;
  while ((count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
    output.append(buffer.data(), count);
  }
  return pclose(pipe) == 0 ? output : std::string();
}

bool is_made_by_building(const std::string& name) {
  return name == ".git" || name == ".cache" || name == "out" || name.starts_with("build");
}

/// The end (exclusive) of the literal or comment that starts at `at`, or `at` when none does.
std::size_t end_of_literal(std::string_view text, std::size_t at) {
  const auto after = [&](std::string_view mark, std::size_t from) {
    const std::size_t found = text.find(mark, from);
    return found == std::string_view::npos ? text.size() : found + mark.size();
  };
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return after("*/", at + 2);
  if (rest.starts_with("R\"")) {
    const std::size_t bracket = text.find('(', at);
    if (bracket == std::string_view::npos) return text.size();
    return after(")" + std::string(text.substr(at + 2, bracket - at - 2)) + "\"", bracket);
  }
  const char quote = text[at];
  // A ' between digits separates them; it opens no character literal.
  const bool separator =
      quote == '\'' && at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1]));
  if ((quote != '"' && quote != '\'') || separator) return at;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != quote) end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

}  // namespace

std::filesystem::path project() {
  return ARCADECAM_SOURCE_DIR;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<Source> sources_below(const std::vector<std::string>& folders) {
  std::vector<Source> sources;
  for (const std::string& folder : folders) {
    if (!std::filesystem::exists(project() / folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(project() / folder)) {
      const auto extension = entry.path().extension();
      if (!entry.is_regular_file() || (extension != ".h" && extension != ".cpp")) continue;
      sources.push_back(
          {entry.path().lexically_relative(project()).generic_string(), content_of(entry.path())});
    }
  }
  std::ranges::sort(sources, {}, &Source::path);
  return sources;
}

std::vector<std::filesystem::path> repository_files() {
  std::vector<std::filesystem::path> files;
  const std::string listed =
      output_of("git -C '" + project().string() +
                "' ls-files -z --cached --others --exclude-standard 2>/dev/null");
  std::istringstream names(listed);
  for (std::string name; std::getline(names, name, '\0');) {
    // A file may be tracked and deleted at the same time.
    if (std::filesystem::is_regular_file(project() / name)) files.push_back(project() / name);
  }
  if (!files.empty()) return files;
  auto entry = std::filesystem::recursive_directory_iterator(project());
  for (; entry != std::filesystem::recursive_directory_iterator(); ++entry) {
    if (entry.depth() == 0 && is_made_by_building(entry->path().filename().string())) {
      if (entry->is_directory()) entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      files.push_back(entry->path());
    }
  }
  return files;
}

std::string code_of(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_literal(text, at);
    for (std::size_t i = at; i < end; ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
    at = std::max(end, at + 1);
  }
  return code;
}

std::vector<std::pair<int, std::string>> lines_of(std::string_view text) {
  std::vector<std::pair<int, std::string>> lines;
  std::istringstream stream{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(stream, line);) lines.emplace_back(++number, line);
  return lines;
}

std::string room_of(std::string_view path) {
  for (const std::string_view root : {"src/", "include/arcadecam/"}) {
    if (!path.starts_with(root)) continue;
    const std::string_view rest = path.substr(root.size());
    const std::size_t slash = rest.find('/');
    if (slash != std::string_view::npos) return std::string(rest.substr(0, slash));
  }
  return {};
}

}  // namespace arcadecam::house
