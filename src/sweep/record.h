#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sweep/section_file.h"

namespace arcadecam::sweep {

/// One played episode of a unit.
struct EpisodeScore {
  std::int64_t number = 0, score = 0, steps = 0;
  bool truncated = false;
};

/// What became of a unit: DIR/records/ab/ID.done or ID.failed. The file's being there is what
/// counts; it appears whole.
struct Record {
  std::string id;
  std::string game;  ///< ALE's name; empty where none was played
  std::string why;   ///< of a failed unit: one line
  std::vector<EpisodeScore> scores;
  /// Lines of evaluate's summary.csv without its first field, the agent (kSummaryHeader).
  std::string summary;
  /// Means over states of what was found about single objects (kObjectsHeader).
  std::string objects;

  [[nodiscard]] bool failed() const { return !why.empty(); }
  /// Over the episodes; nothing where none was played.
  [[nodiscard]] std::optional<double> mean_score() const;
};

inline constexpr const char* kSummaryHeader =
    "measure,statistic,direction,unit,method,mean,low,high,n,episodes,rank,minus_random,effect,p";
/// "mean_size" is the mean of the absolute values.
inline constexpr const char* kObjectsHeader = "method,measure,object,statistic,n,mean,mean_size";

enum class UnitOutcome { kMissing, kDone, kFailed };

/// Where a unit's record lies.
std::filesystem::path record_file(const std::filesystem::path& folder, const std::string& id,
                                  UnitOutcome outcome);
/// What became of one unit. A unit that failed first and was done later is done.
UnitOutcome outcome_of(const std::filesystem::path& folder, const std::string& id);
/// The outcomes of all units that have a record. Lists 256 folders and reads no file.
std::map<std::string, UnitOutcome> outcomes(const std::filesystem::path& folder);

void write_record(const std::filesystem::path& folder, const Record& record);
/// Throws Error where the file is not a record, or is that of another unit.
Record read_record(const std::filesystem::path& folder, const std::string& id, UnitOutcome outcome);

/// What `evaluate` left in a folder, as a record. Reads summary.csv, objects.csv and the trace of
/// the run (`score_trace` in its place where that is given).
Record record_of_evaluation(const std::string& id, const std::filesystem::path& evaluation,
                            const std::filesystem::path& score_trace = {});

}  // namespace arcadecam::sweep
