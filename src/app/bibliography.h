#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace arcadecam::app {

/// A published work that methods or measures come from.
struct CitedWork {
  std::string_view cited_as;  ///< how a `citation` names it: "Selvaraju et al. 2017"
  std::string_view bibtex;    ///< its BibTeX entry, without a newline at the end
};

/// The works that a `citation` (of a method or a measure) names, in their order there. Empty where
/// it names none, as for some baselines.
std::vector<const CitedWork*> works_in(std::string_view citation);

/// What cites works: the id and the citation of a method or a measure.
struct Citing {
  std::string_view id, citation;
};

/// A .bib file for these: ArcadeCAM's own entry, then every work once, after a comment that says
/// for whom. What names no work is listed in a comment at the end.
std::string bibtex_of(const std::vector<Citing>& list);

}  // namespace arcadecam::app
