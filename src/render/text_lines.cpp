#include "render/text_lines.h"

#include <algorithm>

namespace arcadecam::render {

std::vector<std::string> wrap_text(const Font& font, std::string_view text, std::int64_t room) {
  std::vector<std::string> lines(1);
  std::string_view gap;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find_first_of(" :"), text.size());
    const bool colon = at < text.size() && text[at] == ':';
    const std::string piece(text.substr(0, colon ? at + 1 : at));
    text.remove_prefix(std::min(at + 1, text.size()));
    if (piece.empty()) {
      gap = " ";
      continue;
    }
    std::string longer = lines.back() + std::string(gap) + piece;
    if (!lines.back().empty() && font.width(longer) > room) {
      lines.push_back(piece);
    } else {
      lines.back() = std::move(longer);
    }
    gap = colon ? "" : " ";
  }
  return lines;
}

}  // namespace arcadecam::render
