#pragma once

#include "core/json_text.h"
#include "evaluate/evaluation.h"
#include "evaluate/store.h"
#include "evaluate/summary.h"

namespace arcadecam::app {

/// What a report's page shows, as its script reads it. Undefined numbers are null.
using ReportData = JsonText;

/// A statistic of a method each: agent, method, measure, statistic, title, direction, unit, mean,
/// low, high, n, episodes, rank; difference, effect and p where it was compared with chance.
ReportData report_rows(const evaluate::EvaluationSummary& summary);

/// Points of curves: [agent, method, measure, curve, at, mean, low, high].
ReportData report_curves(const evaluate::EvaluationSummary& summary);

/// What measure "causal" found about single objects of one agent: kinds of objects; `points`,
/// [kind's index, size of the change of the advantage] of an object each; `masses`, by method the
/// map's share on each point's object. Evenly thinned to at most 1,500 points of `found`. Null
/// where that was not measured.
ReportData report_removals(const evaluate::Contestants& contestants,
                           const evaluate::Evaluation& evaluation, const evaluate::Store& store);

/// Pictures of states, each plain and with the maps of the first methods on it: kind ("most" and
/// "least" faithful by the first method, "film": evenly from all, in the order of play), score,
/// episode, step, action, game, maps ([method, picture]).
ReportData report_states(const evaluate::Contestants& contestants,
                         const evaluate::Evaluation& evaluation, const evaluate::Store& store);

}  // namespace arcadecam::app
