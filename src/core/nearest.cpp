#include "core/nearest.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <tuple>
#include <utility>

namespace arcadecam {
namespace {

/// Letters and digits alone, lower case.
std::string letters_of(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) result += static_cast<char>(std::tolower(byte));
  }
  return result;
}

/// How many insertions, deletions, substitutions and swaps of neighbours turn `a` into `b`, no
/// letter touched twice (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    next[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      next[j + 1] = std::min({row[j + 1] + 1, next[j] + 1, row[j] + (a[i] == b[j] ? 0 : 1)});
      if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j])
        next[j + 1] = std::min(next[j + 1], before[j - 1] + 1);
    }
    std::swap(before, row);
    std::swap(row, next);
  }
  return row.back();
}

struct Candidate {
  std::size_t distance;  ///< of the letters
  std::size_t exact;     ///< of the names as they are written
  std::string_view name;
};

/// Words that nobody mistyped are not compared: the work grows with the square of their length.
constexpr std::size_t kLongestCompared = 100;

std::vector<Candidate> candidates_of(std::string_view wanted,
                                     std::span<const std::string_view> names) {
  wanted = wanted.substr(0, kLongestCompared);
  const std::string letters = letters_of(wanted);
  std::vector<Candidate> candidates;
  for (const std::string_view name : names) {
    const std::string known = letters_of(name);
    // A part of a name ("pinball") is nearer than its letters are.
    const bool part = letters.size() >= 4 && known != letters && known.find(letters) != known.npos;
    candidates.push_back(
        {part ? 1 : edit_distance(letters, known), edit_distance(wanted, name), name});
  }
  std::ranges::stable_sort(candidates, {}, [](const Candidate& candidate) {
    return std::tuple(candidate.distance, candidate.exact);
  });
  return candidates;
}

std::vector<std::string_view> best_of(const std::vector<Candidate>& candidates) {
  std::vector<std::string_view> names;
  for (const Candidate& candidate : candidates) {
    const bool near = candidate.distance <= candidates.front().distance + 1;
    if (near && names.size() < 3) names.push_back(candidate.name);
  }
  return names;
}

}  // namespace

std::vector<std::string_view> nearest_names(std::string_view wanted,
                                            std::span<const std::string_view> names) {
  return best_of(candidates_of(wanted, names));
}

std::string nearest_or_all(std::string_view wanted, std::span<const std::string_view> names) {
  const std::vector<Candidate> candidates = candidates_of(wanted, names);
  const std::size_t likely = std::clamp<std::size_t>(letters_of(wanted).size() / 3, 1, 4);
  if (candidates.empty() || candidates.front().distance > likely)
    return fmt::format("known are {}", fmt::join(names, ", "));
  std::vector<std::string_view> best = best_of(candidates);
  std::erase_if(best, [&](std::string_view name) {
    const auto at = std::ranges::find(candidates, name, &Candidate::name);
    return at->distance > likely;
  });
  return fmt::format("the nearest {} {}", best.size() == 1 ? "is" : "are", fmt::join(best, ", "));
}

std::string nearest_or_all(std::string_view wanted, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  return nearest_or_all(wanted, views);
}

}  // namespace arcadecam
