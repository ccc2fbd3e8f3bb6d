#include "sweep/merge.h"

#include <memory>
#include <set>

#include "arcadecam/core/files.h"
#include "sweep/table_file.h"

namespace arcadecam::sweep {
namespace {

namespace fs = std::filesystem;
using Type = Column::Type;

struct TableShape {
  const char *name, *file;
  std::vector<Column> columns;
};

const std::vector<TableShape>& table_shapes() {
  static const std::vector<TableShape> shapes{{"units",
                                               kUnitsTable,
                                               {{"unit"},
                                                {"checkpoint"},
                                                {"sha256"},
                                                {"game"},
                                                {"run"},
                                                {"step", Type::kWhole},
                                                {"seed"},
                                                {"status"},
                                                {"episodes", Type::kWhole},
                                                {"score", Type::kReal},
                                                {"why"}}},
                                              {"scores",
                                               kScoresTable,
                                               {{"unit"},
                                                {"episode", Type::kWhole},
                                                {"score", Type::kWhole},
                                                {"steps", Type::kWhole},
                                                {"truncated", Type::kWhole}}},
                                              {"summary",
                                               kSummaryTable,
                                               {{"unit"},
                                                {"measure"},
                                                {"statistic"},
                                                {"direction"},
                                                {"unit_of_value"},
                                                {"method"},
                                                {"mean", Type::kReal},
                                                {"low", Type::kReal},
                                                {"high", Type::kReal},
                                                {"n", Type::kWhole},
                                                {"episodes", Type::kWhole},
                                                {"rank", Type::kReal},
                                                {"minus_random", Type::kReal},
                                                {"effect", Type::kReal},
                                                {"p", Type::kReal}}},
                                              {"objects",
                                               kObjectsTable,
                                               {{"unit"},
                                                {"method"},
                                                {"measure"},
                                                {"object"},
                                                {"statistic"},
                                                {"n", Type::kWhole},
                                                {"mean", Type::kReal},
                                                {"mean_size", Type::kReal}}}};
  return shapes;
}

const char* status_of(UnitOutcome outcome) {
  switch (outcome) {
    case UnitOutcome::kDone:
      return "done";
    case UnitOutcome::kFailed:
      return "failed";
    case UnitOutcome::kMissing:
      break;
  }
  return "missing";
}

/// Rows of one merged table: into its CSV file while they come, into the database after that, since
/// a database is written a table at a time.
class MergedTable {
 public:
  MergedTable(const TableShape& shape, const fs::path& folder)
      : shape_(shape), file_(folder / shape.file) {
    CsvFields names;
    for (const Column& column : shape.columns) names.push_back(column.name);
    file_.write(csv_line(names) + "\n");
  }
  void add(std::string_view line) {
    file_.write(line);
    file_.write("\n");
  }
  /// Puts what was written into the database. A line at a time: tables may be larger than memory.
  void copy_to(TableFile& database) {
    file_.flush();
    database.begin(shape_.name, shape_.columns);
    std::ifstream written(file_.temporary(), std::ios::binary);
    CsvFields fields;
    std::string line;
    std::getline(written, line);
    while (std::getline(written, line)) {
      CsvReader(line, shape_.file).next(fields);
      database.add(fields);
    }
  }
  void commit() { file_.commit(); }

 private:
  const TableShape& shape_;
  OutputFile file_;
};

std::string units_row(const PlannedUnit& unit, UnitOutcome outcome, const Record& record) {
  const auto score = record.mean_score();
  return csv_line({unit.id, unit.checkpoint, unit.sha256,
                   record.game.empty() ? unit.game : record.game, unit.run, unit.step,
                   std::to_string(unit.seed), status_of(outcome),
                   score ? std::to_string(record.scores.size()) : "",
                   score ? csv_number(*score) : "", record.why});
}

void add_lines(MergedTable& table, const std::string& id, std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    table.add(id + "," + std::string(lines.substr(0, end)));
    lines.remove_prefix(end + 1);
  }
}

}  // namespace

Counts count_outcomes(const SweepPlan& plan, const std::map<std::string, UnitOutcome>& outcomes) {
  Counts counts;
  for (const PlannedUnit* unit : plan.distinct()) {
    ++counts.units;
    const auto at = outcomes.find(unit->id);
    if (at == outcomes.end()) continue;
    ++(at->second == UnitOutcome::kDone ? counts.done : counts.failed);
  }
  return counts;
}

void visit_records(
    const fs::path& folder, const SweepPlan& plan,
    const std::function<bool(const PlannedUnit&, UnitOutcome, const Record&, bool)>& take) {
  const std::map<std::string, UnitOutcome> known = outcomes(folder);
  // Of units that several files are: their record is small, and there are few.
  std::set<std::string_view> seen, again;
  for (const PlannedUnit& unit : plan.units) {
    if (!seen.insert(unit.id).second) again.insert(unit.id);
  }
  seen.clear();
  std::map<std::string_view, Record> kept;
  for (const PlannedUnit& unit : plan.units) {
    const auto at = known.find(unit.id);
    const UnitOutcome outcome = at == known.end() ? UnitOutcome::kMissing : at->second;
    const bool first = seen.insert(unit.id).second;
    if (!first) {
      if (!take(unit, outcome, kept[unit.id], false)) return;
      continue;
    }
    Record record;
    if (outcome != UnitOutcome::kMissing) record = read_record(folder, unit.id, outcome);
    if (!take(unit, outcome, record, true)) return;
    if (again.contains(unit.id)) kept[unit.id] = std::move(record);
  }
}

Counts merge(const fs::path& folder, const SweepPlan& plan,
             const std::function<bool(std::int64_t, std::int64_t)>& progress) {
  const fs::path merged = folder / "merged";
  make_folder(merged);
  std::vector<std::unique_ptr<MergedTable>> tables;
  for (const TableShape& shape : table_shapes())
    tables.push_back(std::make_unique<MergedTable>(shape, merged));
  MergedTable &units = *tables[0], &scores = *tables[1], &summary = *tables[2],
              &objects = *tables[3];
  std::int64_t done = 0;
  Counts counts;
  visit_records(
      folder, plan,
      [&](const PlannedUnit& unit, UnitOutcome outcome, const Record& record, bool first) {
        units.add(units_row(unit, outcome, record));
        if (first) {
          ++counts.units;
          counts.done += outcome == UnitOutcome::kDone ? 1 : 0;
          counts.failed += outcome == UnitOutcome::kFailed ? 1 : 0;
          for (const EpisodeScore& one : record.scores) {
            scores.add(fmt::format("{},{},{},{},{}", unit.id, one.number, one.score, one.steps,
                                   one.truncated ? 1 : 0));
          }
          add_lines(summary, unit.id, record.summary);
          add_lines(objects, unit.id, record.objects);
        }
        return !progress || progress(++done, std::ssize(plan.units));
      });
  if (done < std::ssize(plan.units) && progress) return counts;
  OutputFile database(merged / kSweepDatabase);
  const std::unique_ptr<TableFile> tables_of = open_table_file(database.temporary());
  for (const auto& table : tables) table->copy_to(*tables_of);
  tables_of->finish();
  for (const auto& table : tables) table->commit();
  database.commit();
  return counts;
}

}  // namespace arcadecam::sweep
