#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace arcadecam::house {

/// A text file of the project: its path from the project's folder (with "/") and its content.
struct Source {
  std::string path;
  std::string text;
};

/// The project's folder.
std::filesystem::path project();

/// The .h and .cpp files below folders of the project, ordered by path. A folder that is missing
/// holds none.
std::vector<Source> sources_below(const std::vector<std::string>& folders);

/// Every file that is, or is about to be, in the repository: what git tracks or would offer to add;
/// where git cannot tell (an unpacked archive), everything but build, cache and output folders.
std::vector<std::filesystem::path> repository_files();

/// The whole content of a file.
std::string content_of(const std::filesystem::path& file);

/// `text` with the content of comments, strings and character literals blanked; lines stay where
/// they are.
std::string code_of(std::string_view text);

/// The lines of a text with their numbers, from 1.
std::vector<std::pair<int, std::string>> lines_of(std::string_view text);

/// The room a source belongs to ("src/nn/…" and "include/arcadecam/nn/…" both give "nn"), or
/// nothing.
std::string room_of(std::string_view path);

}  // namespace arcadecam::house
