#pragma once

#include <span>
#include <string_view>

namespace arcadecam::app {

/// One column of the overview of an evaluation: a statistic of a measure.
struct OverviewColumn {
  std::string_view measure, statistic, title;  ///< title: for people, short
};

/// What the report and the LaTeX table show first of each measure, as far as it was measured.
std::span<const OverviewColumn> overview_columns();

}  // namespace arcadecam::app
