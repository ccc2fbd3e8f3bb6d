#include "checkpoint/building/stream_names.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace arcadecam::checkpoint {

bool names_an_advantage(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower.find("advantage") != std::string::npos) return true;
  const auto is_letter = [&](std::size_t at) {
    return at < lower.size() && std::isalpha(static_cast<unsigned char>(lower[at])) != 0;
  };
  for (const std::string_view word : {"adv", "a_stream"}) {
    for (std::size_t at = lower.find(word); at != std::string::npos;
         at = lower.find(word, at + 1)) {
      if ((at == 0 || !is_letter(at - 1)) && !is_letter(at + word.size())) return true;
    }
  }
  return false;
}

}  // namespace arcadecam::checkpoint
