#include "app/report/latex_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/report/overview.h"
#include "arcadecam/core/files.h"

namespace arcadecam::app {
namespace {

/// Text as LaTeX prints it.
std::string latex_escaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (std::string_view("&%$#_{}").find(c) != std::string_view::npos) {
      result += '\\';
      result += c;
    } else if (c == '\\') {
      result += "\\textbackslash{}";
    } else if (c == '~' || c == '^') {
      result += fmt::format("\\{}{{}}", c);
    } else if (text.substr(i).starts_with("÷")) {
      result += "$\\div$";
      i += std::string_view("÷").size() - 1;
    } else {
      result += c;
    }
  }
  return result;
}

std::string_view arrow(measure::Direction direction) {
  switch (direction) {
    case measure::Direction::kHigher:
      return " $\\uparrow$";
    case measure::Direction::kLower:
      return " $\\downarrow$";
    default:
      return "";
  }
}

/// Decimals that show two digits of half the interval; three digits of the mean where it has no
/// extent.
int decimals_of(const evaluate::SummaryRow& row) {
  const double half = (row.interval.high - row.interval.low) / 2;
  const double shown = half > 0 && std::isfinite(half) ? half : std::abs(row.mean) / 10;
  if (!(shown > 0)) return 2;
  return std::clamp(1 - static_cast<int>(std::floor(std::log10(shown))), 0, 6);
}

std::string cell(const evaluate::SummaryRow& row, bool is_best) {
  if (!std::isfinite(row.mean)) return "--";
  const int decimals = decimals_of(row);
  const std::string mean = fmt::format("{:.{}f}", row.mean, decimals);
  std::string text = is_best ? fmt::format("$\\mathbf{{{}}}$", mean) : fmt::format("${}$", mean);
  if (std::isfinite(row.interval.low) && std::isfinite(row.interval.high)) {
    text += fmt::format(" {{\\footnotesize$[{:.{}f},\\,{:.{}f}]$}}", row.interval.low, decimals,
                        row.interval.high, decimals);
  }
  return text;
}

/// The rows of one column of one agent.
std::vector<const evaluate::SummaryRow*> rows_of(const evaluate::EvaluationSummary& summary,
                                                 const std::string& agent,
                                                 const OverviewColumn& column) {
  std::vector<const evaluate::SummaryRow*> rows;
  for (const evaluate::SummaryRow& row : summary.rows) {
    const std::string_view measure = std::string_view(row.measure).substr(0, row.measure.find(':'));
    if (row.agent == agent && measure == column.measure && row.statistic->id == column.statistic)
      rows.push_back(&row);
  }
  return rows;
}

std::string table_of(const evaluate::Contestants& contestants,
                     const evaluate::EvaluationSummary& summary) {
  struct Column {
    const OverviewColumn* column;
    std::vector<const evaluate::SummaryRow*> rows;
  };
  std::vector<Column> columns;
  const std::string& agent = contestants.agent->name;
  for (const OverviewColumn& column : overview_columns()) {
    if (auto rows = rows_of(summary, agent, column); !rows.empty())
      columns.push_back({&column, std::move(rows)});
  }
  if (columns.empty()) return {};
  std::string text = fmt::format("% {}\n\\begin{{tabular}}{{l{}}}\n\\toprule\nmethod",
                                 latex_escaped(agent), std::string(columns.size(), 'r'));
  for (const Column& column : columns) {
    text += fmt::format(" & {}{}", latex_escaped(column.column->title),
                        arrow(column.rows.front()->statistic->direction));
  }
  text += " \\\\\n\\midrule\n";
  for (const explain::MethodSpec& method : contestants.methods) {
    text += fmt::format("\\texttt{{{}}}", latex_escaped(method.text()));
    for (const Column& column : columns) {
      const auto row = std::ranges::find(column.rows, method.text(),
                                         [](const auto* each) { return each->method; });
      const auto best =
          std::ranges::min_element(column.rows, {}, [](const auto* each) { return each->rank; });
      const bool directed = column.rows.front()->statistic->direction != measure::Direction::kNone;
      text += row == column.rows.end()
                  ? " & --"
                  : " & " + cell(**row, directed && (*row)->rank == (*best)->rank);
    }
    text += " \\\\\n";
  }
  return text + "\\bottomrule\n\\end{tabular}\n";
}

}  // namespace

std::string latex_of(const evaluate::Evaluation& evaluation,
                     const evaluate::EvaluationSummary& summary) {
  // A single episode has no interval.
  const bool intervals = std::ranges::any_of(summary.rows, [](const auto& row) {
    return std::isfinite(row.interval.low) && std::isfinite(row.interval.high);
  });
  std::string text = fmt::format(
      "% Means{}; bold: the best mean. Needs \\usepackage{{booktabs}}.\n",
      intervals ? " with 95 % intervals (cluster bootstrap over episodes)" : " of one episode");
  for (const evaluate::Contestants& contestants : evaluation.agents)
    text += "\n" + table_of(contestants, summary);
  return text;
}

void write_latex(const std::filesystem::path& file, const evaluate::Evaluation& evaluation,
                 const evaluate::EvaluationSummary& summary) {
  OutputFile output(file);
  output.write(latex_of(evaluation, summary));
  output.commit();
}

}  // namespace arcadecam::app
