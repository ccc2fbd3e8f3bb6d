#include "app/bibliography.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/works.h"

namespace arcadecam::app {
namespace {

/// This program, as CITATION.cff says it.
constexpr std::string_view kProgram = R"(@software{{arcadecam,
  title = {{ArcadeCAM: explanations of what deep reinforcement-learning agents look at in Atari games}},
  author = {{{{The ArcadeCAM authors}}}},
  version = {{{}}},
  year = {{2026}},
  license = {{MIT}}
}}
)";

struct Cited {
  const CitedWork* work;
  std::vector<std::string_view> by;
};

}  // namespace

std::vector<const CitedWork*> works_in(std::string_view citation) {
  std::vector<const CitedWork*> found;
  for (const CitedWork& work : works()) {
    if (citation.find(work.cited_as) != std::string_view::npos) found.push_back(&work);
  }
  std::ranges::sort(found, {},
                    [&](const CitedWork* work) { return citation.find(work->cited_as); });
  return found;
}

std::string bibtex_of(const std::vector<Citing>& list) {
  std::vector<Cited> cited;
  std::string without;
  for (const Citing& citing : list) {
    const auto works = works_in(citing.citation);
    if (works.empty()) without += fmt::format("% {}: {}\n", citing.id, citing.citation);
    for (const CitedWork* work : works) {
      auto known = std::ranges::find(cited, work, &Cited::work);
      if (known == cited.end()) known = cited.insert(cited.end(), {work, {}});
      known->by.push_back(citing.id);
    }
  }
  std::string text = "% the program\n" + fmt::format(kProgram, ARCADECAM_VERSION);
  for (const Cited& entry : cited)
    text += fmt::format("\n% {}\n{}\n", fmt::join(entry.by, ", "), entry.work->bibtex);
  if (!without.empty()) text += "\n% No publication is listed for:\n" + without;
  return text;
}

}  // namespace arcadecam::app
