#pragma once

#include <filesystem>
#include <string>

#include "evaluate/summary.h"

namespace arcadecam::app {

/// The overview of an evaluation as LaTeX: one tabular per agent (booktabs), methods by statistics,
/// each mean with its 95 % interval, rounded to two digits of the interval's half width, the best
/// mean in bold. The same arguments give the same bytes.
std::string latex_of(const evaluate::Evaluation& evaluation,
                     const evaluate::EvaluationSummary& summary);

void write_latex(const std::filesystem::path& file, const evaluate::Evaluation& evaluation,
                 const evaluate::EvaluationSummary& summary);

}  // namespace arcadecam::app
