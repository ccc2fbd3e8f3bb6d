#pragma once

#include <filesystem>

#include "evaluate/evaluation.h"
#include "evaluate/store.h"
#include "evaluate/summary.h"

namespace arcadecam::app {

/// report.html: an evaluation as one page that needs no network: rankings, intervals, curves, the
/// states where the first method's map is most and least faithful, all settings. The page shows
/// data that it holds as JSON; its charts are drawn by Chart.js, which is copied into it.
/// The same results give the same bytes (run times, which differ, are left out).
/// Throws Error when Chart.js, which the build found, is no longer there.
void write_report(const std::filesystem::path& file, const evaluate::Evaluation& evaluation,
                  const evaluate::EvaluationSummary& summary, const evaluate::Store& store,
                  const evaluate::Store::Settings& settings);

}  // namespace arcadecam::app
