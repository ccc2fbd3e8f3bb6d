#include "app/map_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace arcadecam::app {

MapWarnings::MapWarnings(std::span<const explain::MethodSpec> methods) {
  for (const explain::MethodSpec& method : methods) counts_.push_back({method.text(), {}, 0, 0});
}

void MapWarnings::add(std::size_t method, const explain::Attribution& attribution) {
  Counts& counts = counts_.at(method);
  ++counts.maps;
  for (const explain::Warning warning : attribution.warnings)
    ++counts.of.at(static_cast<std::size_t>(warning));
  if (attribution.completeness) {
    counts.worst_residual =
        std::max(counts.worst_residual, attribution.completeness->relative_residual());
  }
}

void MapWarnings::add(const episode::Step& step) {
  for (std::size_t m = 0; m < step.attributions.size(); ++m) add(m, *step.attributions[m]);
}

void MapWarnings::print() const {
  for (const Counts& counts : counts_) {
    for (std::size_t kind = 0; kind < counts.of.size(); ++kind) {
      if (counts.of[kind] == 0) continue;
      const auto warning = static_cast<explain::Warning>(kind);
      fmt::print(stderr, "{}: {}: {} of {} maps are {}{}\n",
                 explain::is_note(warning) ? "note" : "warning", counts.method, counts.of[kind],
                 counts.maps, explain::meaning(warning),
                 explain::is_of_residual(warning)
                     ? fmt::format(" (relative residual up to {:.2g})", counts.worst_residual)
                     : "");
    }
  }
}

}  // namespace arcadecam::app
