#include "explain/warning_counts.h"

#include <fmt/format.h>

#include <algorithm>

namespace arcadecam::explain {

void WarningCounts::add(const Attribution& attribution) {
  ++maps_;
  for (const Warning warning : attribution.warnings) ++of_.at(static_cast<std::size_t>(warning));
  if (attribution.completeness) {
    worst_residual_ = std::max(worst_residual_, attribution.completeness->relative_residual());
  }
}

std::vector<WarningCounts::Line> WarningCounts::lines() const {
  std::vector<Line> lines;
  for (std::size_t kind = 0; kind < of_.size(); ++kind) {
    if (of_[kind] == 0) continue;
    const auto warning = static_cast<Warning>(kind);
    lines.push_back(
        {is_note(warning),
         fmt::format("{}: {} of {} maps are {}{}", method_, of_[kind], maps_, meaning(warning),
                     is_of_residual(warning)
                         ? fmt::format(" (relative residual up to {:.2g})", worst_residual_)
                         : "")});
  }
  return lines;
}

}  // namespace arcadecam::explain
