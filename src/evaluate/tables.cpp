#include "evaluate/tables.h"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <string_view>

#include "arcadecam/core/files.h"

namespace arcadecam::evaluate {
namespace {

/// A field, quoted where it must be.
std::string field(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

std::string step(const Row& row) {
  return row.step < 0 ? std::string() : std::to_string(row.step);
}

/// Shows every row in the tables' order, with its agent, method and measure as fields.
template <typename Visit>
void visit(const Evaluation& evaluation, const Store& store, const Visit& take) {
  for (const Contestants& contestants : evaluation.agents) {
    for (const explain::MethodSpec& method : contestants.methods) {
      for (const measure::BoundMeasure& measure : evaluation.measures) {
        const std::string start = fmt::format("{},{},{}", field(contestants.agent->name),
                                              field(method.text()), field(measure.spec.text()));
        for (const Row& row :
             store.rows(contestants.agent->name, method.text(), measure.spec.text()))
          take(start, row);
      }
    }
  }
}

std::string_view direction_of(const measure::Statistic& statistic) {
  switch (statistic.direction) {
    case measure::Direction::kHigher:
      return "higher";
    case measure::Direction::kLower:
      return "lower";
    case measure::Direction::kNone:
      break;
  }
  return "none";
}

}  // namespace

std::int64_t write_results(const std::filesystem::path& file, const Evaluation& evaluation,
                           const Store& store) {
  OutputFile out(file);
  out.write("agent,method,measure,statistic,episode,step,value\n");
  std::int64_t count = 0;
  visit(evaluation, store, [&](const std::string& start, const Row& row) {
    if (!row.is_number()) return;
    out.write(fmt::format("{},{},{},{},{}\n", start, row.finding.statistic, row.episode, step(row),
                          row.finding.value));
    ++count;
  });
  out.commit();
  return count;
}

void write_objects(const std::filesystem::path& file, const Evaluation& evaluation,
                   const Store& store) {
  OutputFile out(file);
  out.write("agent,method,measure,episode,step,object,statistic,value\n");
  visit(evaluation, store, [&](const std::string& start, const Row& row) {
    if (row.finding.object.empty()) return;
    out.write(fmt::format("{},{},{},{},{},{}\n", start, row.episode, step(row),
                          field(row.finding.object), row.finding.statistic, row.finding.value));
  });
  out.commit();
}

void write_summary(const std::filesystem::path& file, const EvaluationSummary& summary) {
  OutputFile out(file);
  out.write(
      "agent,measure,statistic,direction,unit,method,mean,low,high,n,episodes,rank,minus_random,"
      "effect,p\n");
  for (const SummaryRow& row : summary.rows) {
    const Comparison& chance = row.against_chance;
    out.write(
        fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", field(row.agent),
                    field(row.measure), row.statistic->id, direction_of(*row.statistic),
                    field(row.unit), field(row.method), number(row.mean), number(row.interval.low),
                    number(row.interval.high), row.n, row.episodes, row.rank,
                    row.compared ? fmt::format("{},{},{}", number(chance.difference),
                                               number(chance.effect), number(chance.corrected))
                                 : ",,"));
  }
  out.commit();
}

void write_pairs(const std::filesystem::path& file, const EvaluationSummary& summary) {
  OutputFile out(file);
  out.write(
      "agent,measure,statistic,direction,first,second,n,difference,low,high,effect,p,p_holm\n");
  for (const PairRow& row : summary.pairs) {
    const Comparison& found = row.comparison;
    out.write(fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", field(row.agent),
                          field(row.measure), row.statistic->id, direction_of(*row.statistic),
                          field(row.first), field(row.second), found.n, number(found.difference),
                          number(found.interval.low), number(found.interval.high),
                          number(found.effect), number(found.p), number(found.corrected)));
  }
  out.commit();
}

void write_curves(const std::filesystem::path& file, const EvaluationSummary& summary) {
  OutputFile out(file);
  out.write("agent,method,measure,curve,at,mean,low,high,n\n");
  for (const CurveRow& row : summary.curves) {
    out.write(fmt::format("{},{},{},{},{},{},{},{},{}\n", field(row.agent), field(row.method),
                          field(row.measure), field(row.curve), row.at, number(row.mean),
                          number(row.interval.low), number(row.interval.high), row.n));
  }
  out.commit();
}

void write_costs(const std::filesystem::path& file, const Store& store) {
  OutputFile out(file);
  out.write("agent,method,what,milliseconds,states\n");
  for (const Cost& cost : store.costs()) {
    const double each =
        cost.states == 0 ? 0 : 1e3 * cost.seconds / static_cast<double>(cost.states);
    out.write(fmt::format("{},{},{},{:.4f},{}\n", field(cost.agent), field(cost.method),
                          field(cost.what), each, cost.states));
  }
  out.commit();
}

}  // namespace arcadecam::evaluate
