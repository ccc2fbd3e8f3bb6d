#include "episode/target_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "arcadecam/core/error.h"
#include "core/nearest.h"
#include "core/text.h"

namespace arcadecam::episode {
namespace {

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalpha(c) != 0 || c == '_' || c == '-';
  }) && std::isalpha(static_cast<unsigned char>(text.front())) != 0;
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

std::string numbered(std::string_view word, std::string_view target,
                     std::span<const std::string_view> names) {
  // What is infinite or no number is the target's own affair.
  if (!is_word(word) || same_letters(word, "inf") || same_letters(word, "nan"))
    return std::string(word);
  if (names.empty()) {
    throw bad_usage("target '{}': the names of actions need the game: give --game, or a number",
                    printable(target));
  }
  const auto at = std::ranges::find_if(names, [&](auto name) { return same_letters(name, word); });
  if (at == names.end()) {
    throw bad_usage("target '{}': there is no action '{}'; {}", printable(target), printable(word),
                    nearest_or_all(word, names));
  }
  return std::to_string(at - names.begin());
}

/// Replaces names in the parts behind the question's own name; `first` is what ends that.
std::string with_words_replaced(std::string_view target, char first,
                                std::span<const std::string_view> names) {
  const std::size_t begin = target.find(first);
  if (begin == std::string_view::npos) return std::string(target);
  std::string result(target.substr(0, begin));
  for (std::size_t at = begin; at < target.size();) {
    const std::size_t end = std::min(target.find('/', at + 1), target.size());
    result += target[at];
    result += numbered(target.substr(at + 1, end - at - 1), target, names);
    at = end;
  }
  return result;
}

}  // namespace

std::string with_action_numbers(const std::string& target,
                                std::span<const std::string_view> names) {
  return with_words_replaced(target, ':', names);
}

void number_actions(explain::MethodSpec& method, std::span<const std::string_view> names) {
  for (auto& [key, value] : method.values) {
    if (key == "target") value = with_words_replaced(value, '/', names);
  }
}

}  // namespace arcadecam::episode
