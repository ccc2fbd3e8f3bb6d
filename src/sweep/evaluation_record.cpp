// A unit's record from the tables that `evaluate` wrote.
#include <map>
#include <tuple>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/parse_number.h"
#include "episode/trace.h"
#include "sweep/record.h"

namespace arcadecam::sweep {
namespace {

namespace fs = std::filesystem;

std::string text_of_file(const fs::path& file) {
  const auto bytes = read_file(file);
  return {bytes.begin(), bytes.end()};
}

/// Throws Error where the table's first line is another.
void expect_header(CsvReader& table, const std::string& header) {
  CsvFields fields;
  if (!table.next(fields) || table.raw() != header) {
    throw bad_input("{}: expected a first line '{}', found '{}'", table.name(), header,
                    table.raw());
  }
}

std::string summary_of(const fs::path& file) {
  const std::string text = text_of_file(file);
  CsvReader table(text, file.string());
  expect_header(table, std::string("agent,") + kSummaryHeader);
  std::string lines;
  for (CsvFields fields; table.next(fields);) {
    fields.erase(fields.begin());
    lines += csv_line(fields) + "\n";
  }
  return lines;
}

std::string objects_of(const fs::path& file) {
  struct Sums {
    std::int64_t n = 0;
    double sum = 0, sizes = 0;
  };
  const std::string text = text_of_file(file);
  CsvReader table(text, file.string());
  expect_header(table, "agent,method,measure,episode,step,object,statistic,value");
  std::map<std::tuple<std::string, std::string, std::string, std::string>, Sums> all;
  for (CsvFields fields; table.next(fields);) {
    const auto value = fields.size() == 8 ? parse_number<double>(fields[7]) : std::nullopt;
    if (!value) continue;  // undefined
    Sums& sums = all[{fields[1], fields[2], fields[5], fields[6]}];
    ++sums.n;
    sums.sum += *value;
    sums.sizes += std::abs(*value);
  }
  std::string lines;
  for (const auto& [key, sums] : all) {
    const auto n = static_cast<double>(sums.n);
    const auto& [method, measure, object, statistic] = key;
    lines += csv_line({method, measure, object, statistic, std::to_string(sums.n),
                       csv_number(sums.sum / n), csv_number(sums.sizes / n)}) +
             "\n";
  }
  return lines;
}

/// The run that states were drawn from, or an empty path.
fs::path trace_in(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("trace-") && name.ends_with(".jsonl.gz")) return entry.path();
  }
  return {};
}

}  // namespace

Record record_of_evaluation(const std::string& id, const fs::path& evaluation,
                            const fs::path& score_trace) {
  Record record;
  record.id = id;
  record.summary = summary_of(evaluation / "summary.csv");
  record.objects = objects_of(evaluation / "objects.csv");
  const fs::path trace = score_trace.empty() ? trace_in(evaluation) : score_trace;
  if (trace.empty()) return record;
  const episode::Trace run = episode::read_trace(trace);
  record.game = run.game;
  for (const episode::TracedEpisode& one : run.episodes)
    record.scores.push_back({one.number, one.score, std::ssize(one.actions), one.truncated});
  return record;
}

}  // namespace arcadecam::sweep
