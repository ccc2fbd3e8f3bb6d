#include "sweep/record.h"

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/parse_number.h"
#include "core/text.h"

namespace arcadecam::sweep {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRecordKind = "arcadecam-sweep-record 1";
constexpr std::size_t kLongestReason = 1000;

const char* ending_of(UnitOutcome outcome) {
  return outcome == UnitOutcome::kFailed ? ".failed" : ".done";
}

std::int64_t whole_number(const std::string& text, const fs::path& file) {
  const auto number = parse_number<std::int64_t>(text);
  if (!number)
    throw bad_input("{}: expected a whole number, found '{}'", file.string(), printable(text));
  return *number;
}

}  // namespace

std::optional<double> Record::mean_score() const {
  if (scores.empty()) return std::nullopt;
  double sum = 0;
  for (const EpisodeScore& one : scores) sum += static_cast<double>(one.score);
  return sum / static_cast<double>(scores.size());
}

fs::path record_file(const fs::path& folder, const std::string& id, UnitOutcome outcome) {
  return folder / "records" / id.substr(0, 2) / (id + ending_of(outcome));
}

UnitOutcome outcome_of(const fs::path& folder, const std::string& id) {
  for (const UnitOutcome outcome : {UnitOutcome::kDone, UnitOutcome::kFailed}) {
    if (fs::exists(record_file(folder, id, outcome))) return outcome;
  }
  return UnitOutcome::kMissing;
}

std::map<std::string, UnitOutcome> outcomes(const fs::path& folder) {
  std::map<std::string, UnitOutcome> found;
  if (!fs::is_directory(folder / "records")) return found;
  for (const auto& part : fs::directory_iterator(folder / "records")) {
    if (!part.is_directory()) continue;
    for (const auto& entry : fs::directory_iterator(part)) {
      const fs::path name = entry.path().filename();
      if (name.extension() == ".done")
        found[name.stem().string()] = UnitOutcome::kDone;
      else if (name.extension() == ".failed")
        found.emplace(name.stem().string(), UnitOutcome::kFailed);
    }
  }
  return found;
}

void write_record(const fs::path& folder, const Record& record) {
  SectionFile file(kRecordKind);
  file.begin("unit");
  file.add({"id", record.id});
  file.add({"game", record.game});
  if (record.failed()) {
    file.begin("failure");
    file.add({printable(record.why, kLongestReason)});
  } else {
    file.begin("scores");
    for (const EpisodeScore& one : record.scores) {
      file.add({std::to_string(one.number), std::to_string(one.score), std::to_string(one.steps),
                one.truncated ? "1" : "0"});
    }
    for (const auto& [name, lines] :
         {std::pair{"summary", &record.summary}, std::pair{"objects", &record.objects}}) {
      file.begin(name);
      std::string_view rest = *lines;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        file.add_line(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
  }
  const fs::path path =
      record_file(folder, record.id, record.failed() ? UnitOutcome::kFailed : UnitOutcome::kDone);
  make_folder(path.parent_path());
  file.write(path);
}

Record read_record(const fs::path& folder, const std::string& id, UnitOutcome outcome) {
  const fs::path path = record_file(folder, id, outcome);
  const SectionFile file = SectionFile::read(path, kRecordKind);
  Record record;
  for (const CsvFields& row : file.rows("unit", 2)) {
    if (row[0] == "id") record.id = row[1];
    if (row[0] == "game") record.game = row[1];
  }
  if (record.id != id) {
    throw bad_input(
        "{}: is the record of unit '{}', expected {}; remove it and run the sweep again",
        path.string(), printable(record.id), id);
  }
  for (const CsvFields& row : file.rows("failure", 1)) record.why = row[0];
  if (record.failed() != (outcome == UnitOutcome::kFailed))
    throw bad_input("{}: does not say why the unit failed; remove it and run the sweep again",
                    path.string());
  for (const CsvFields& row : file.rows("scores", 4)) {
    record.scores.push_back({whole_number(row[0], path), whole_number(row[1], path),
                             whole_number(row[2], path), row[3] == "1"});
  }
  record.summary = file.section("summary");
  record.objects = file.section("objects");
  return record;
}

}  // namespace arcadecam::sweep
