#include "sweep/run.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <exception>
#include <mutex>
#include <set>
#include <thread>

#include "arcadecam/core/digest.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/file_lock.h"
#include "core/parse_number.h"
#include "core/process.h"
#include "core/text.h"
#include "sweep/record.h"

namespace arcadecam::sweep {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kPollUnit = 5ms, kPollOthers = 200ms;
/// Less than this and a failure may be the disk's, not the checkpoint's.
constexpr std::uintmax_t kLeastSpace = std::uintmax_t{64} << 20;
/// What the program exits with when the shell's kin stopped it: 128 + the signal.
constexpr int kSignalled = 128;

/// The signals that say something about the machine or its users, not about the checkpoint.
bool is_from_outside(int signal) {
  return signal == SIGKILL || signal == SIGTERM || signal == SIGINT || signal == SIGHUP;
}

/// The last line of a log, without the program's name.
std::string last_line(const fs::path& log) {
  constexpr std::string_view kName = "arcadecam: ";
  const auto bytes = read_file(log);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::size_t start = text.rfind('\n');
  if (start != std::string_view::npos) text.remove_prefix(start + 1);
  if (text.starts_with(kName)) text.remove_prefix(kName.size());
  return std::string(text);
}

/// The reason as it is on every machine.
std::string without_place(std::string text, const fs::path& place) {
  const std::string path = place.string();
  for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path))
    text.replace(at, path.size(), "OUT");
  return text;
}

enum class Result { kDone, kFailed, kUnfinished, kBusy };

/// One unit on its way from the plan to its record.
class UnitRun {
 public:
  UnitRun(const fs::path& folder, const SweepPlan& plan, const PlannedUnit& unit,
          const RunSettings& settings, const fs::path& scratch)
      : folder_(folder),
        plan_(plan),
        unit_(unit),
        settings_(settings),
        place_(scratch / unit.id),
        log_(place_.string() + ".log") {}

  /// `why` says what is wrong where the result is kUnfinished for another reason than a stop.
  Result work(std::string& why) {
    const fs::path lock_file = place_.string() + ".lock";
    const auto lock = FileLock::take(lock_file);
    if (!lock) return Result::kBusy;
    const Result result = locked(why);
    if (result != Result::kUnfinished) {
      std::error_code ignored;
      fs::remove_all(place_, ignored);
      fs::remove(log_, ignored);
      // While the lock is held: whoever waits for this file looks for the record when it gets it.
      fs::remove(lock_file, ignored);
    }
    return result;
  }

 private:
  Result locked(std::string& why) {
    const UnitOutcome before = outcome_of(folder_, unit_.id);
    if (before == UnitOutcome::kDone) return Result::kDone;
    if (before == UnitOutcome::kFailed && !settings_.again_failed) return Result::kFailed;
    if (!is_as_planned(why)) return Result::kUnfinished;
    const auto evaluated = call(evaluate_arguments(plan_, unit_, place_));
    if (evaluated != Result::kDone) return ended(evaluated);
    fs::path score_trace;
    const auto episodes = parse_number<std::int64_t>(plan_.setting("score_episodes")).value_or(0);
    if (episodes > 0 && !plan_.setting("states_from").empty()) {
      score_trace = place_ / "score.jsonl.gz";
      const auto played = call(play_arguments(episodes, score_trace));
      if (played != Result::kDone) return ended(played);
    }
    const Record record = record_of_evaluation(unit_.id, place_, score_trace);
    if (plan_.setting("keep_tables") == "true") keep_tables();
    write_record(folder_, record);
    return Result::kDone;
  }

  /// Whether the checkpoint is there and has the content that it had when the plan was made.
  bool is_as_planned(std::string& why) const {
    if (!fs::exists(unit_.checkpoint)) {
      why = unit_.checkpoint + ": is not there any more";
      return false;
    }
    if (sha256_of_file(unit_.checkpoint) == unit_.sha256) return true;
    why = unit_.checkpoint + ": has changed since it was planned; plan again";
    return false;
  }

  /// Runs the program. kFailed: by itself, and why_ says why; kUnfinished: it was stopped.
  Result call(const std::vector<std::string>& arguments) {
    Process process(settings_.program, arguments, log_);
    int asked = 0;
    std::optional<ProcessEnd> end;
    while (!(end = process.ended())) {
      const int signal = settings_.stop ? settings_.stop() : 0;
      if (signal != 0 && asked == 0) process.send(asked = SIGTERM);
      std::this_thread::sleep_for(kPollUnit);
    }
    if (end->signal == 0 && end->code == 0) return Result::kDone;
    if (is_from_outside(end->signal) ||
        (end->code > kSignalled && is_from_outside(end->code - kSignalled)))
      return Result::kUnfinished;
    if (fs::space(place_.parent_path()).available < kLeastSpace ||
        fs::space(folder_).available < kLeastSpace) {
      throw bad_input("{} or {}: the disk is nearly full; make room, then give the command again",
                      place_.parent_path().string(), folder_.string());
    }
    why_ = end->signal != 0 ? fmt::format("the program ended by signal {}", end->signal)
                            : without_place(last_line(log_), place_);
    if (why_.empty()) why_ = fmt::format("the program ended with status {}", end->code);
    return Result::kFailed;
  }

  /// Records a failure.
  Result ended(Result result) {
    if (result != Result::kFailed) return result;
    Record record;
    record.id = unit_.id;
    record.game = unit_.game;
    record.why = why_;
    write_record(folder_, record);
    return Result::kFailed;
  }

  [[nodiscard]] std::vector<std::string> play_arguments(std::int64_t episodes,
                                                        const fs::path& trace) const {
    std::vector<std::string> arguments{"play",
                                       unit_.checkpoint,
                                       "--full-speed",
                                       fmt::format("--episodes={}", episodes),
                                       fmt::format("--seed={}", unit_.seed),
                                       "--trace=" + trace.string()};
    if (!unit_.game.empty()) arguments.push_back("--game=" + unit_.game);
    static const std::set<std::string> not_of_play{"--target",          "--states",
                                                   "--episodes",        "--episode-steps",
                                                   "--played-episodes", "--baselines"};
    for (const auto& [name, value] : plan_.settings) {
      if (name.starts_with("--") && !not_of_play.contains(name))
        arguments.push_back(name + "=" + value);
    }
    return arguments;
  }

  /// Copies evaluate's tables to DIR/tables/ab/ID, which appears whole.
  void keep_tables() const {
    const fs::path kept = folder_ / "tables" / unit_.id.substr(0, 2) / unit_.id;
    if (fs::exists(kept)) return;
    make_folder(kept.parent_path());
    const fs::path part = OutputFile(kept).temporary().string() + ".folder";
    fs::remove_all(part);
    make_folder(part);
    for (const auto& entry : fs::directory_iterator(place_)) {
      const std::string name = entry.path().filename().string();
      // What differs from run to run, and the store, which no shared disk should hold, stay behind.
      if (name == "costs.csv" || name.starts_with("evaluation.sqlite") || name == "arcadecam.json")
        continue;
      fs::copy_file(entry.path(), part / name);
    }
    std::error_code failure;
    fs::rename(part, kept, failure);
    if (failure && !fs::exists(kept))
      throw bad_input("{}: cannot be made: {}", kept.string(), failure.message());
    fs::remove_all(part, failure);
  }

  const fs::path& folder_;
  const SweepPlan& plan_;
  const PlannedUnit& unit_;
  const RunSettings& settings_;
  fs::path place_, log_;
  std::string why_;
};

/// The folder of a plan's evaluations: what other plans leave beside it is not touched.
fs::path scratch_of(const fs::path& scratch, const fs::path& folder) {
  const std::string name = fs::absolute(folder).lexically_normal().string();
  constexpr std::size_t kDigits = 16;
  return scratch / sha256({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()})
                       .substr(0, kDigits);
}

std::vector<const PlannedUnit*> asked_for(const SweepPlan& plan, const RunSettings& settings) {
  std::vector<const PlannedUnit*> asked;
  const std::vector<const PlannedUnit*> distinct = plan.distinct();
  std::set<std::string> wanted(settings.ids.begin(), settings.ids.end());
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    const bool in_shard =
        static_cast<std::int64_t>(i) % settings.shard.count == settings.shard.index - 1;
    if (settings.ids.empty() ? in_shard : wanted.erase(distinct[i]->id) > 0)
      asked.push_back(distinct[i]);
  }
  if (!wanted.empty()) throw bad_usage("the plan has no unit '{}'", printable(*wanted.begin()));
  return asked;
}

/// Units that threads take one by one, and what became of them.
class Crew {
 public:
  Crew(const fs::path& folder, const SweepPlan& plan, const RunSettings& settings, fs::path scratch)
      : folder_(folder), plan_(plan), settings_(settings), scratch_(std::move(scratch)) {}

  RunResult work(std::vector<const PlannedUnit*> units) {
    total_ = std::ssize(units);
    while (!units.empty()) {
      busy_.clear();
      round(units);
      if (stopped()) {
        result_.unfinished += std::ssize(busy_);
        break;
      }
      // Another process works on these; if it is killed they are ours.
      if (units.size() == busy_.size()) std::this_thread::sleep_for(kPollOthers);
      units = busy_;
    }
    return result_;
  }

 private:
  [[nodiscard]] bool stopped() const { return settings_.stop && settings_.stop() != 0; }

  void round(const std::vector<const PlannedUnit*>& units) {
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
      try {
        for (std::size_t at = next++; at < units.size(); at = next++) one(*units[at]);
      } catch (...) {
        next = units.size();
        const std::scoped_lock lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
      }
    };
    std::vector<std::thread> threads;
    for (int job = 1; job < settings_.jobs; ++job) threads.emplace_back(run);
    run();
    for (std::thread& thread : threads) thread.join();
    if (failure_) std::rethrow_exception(failure_);
  }

  void one(const PlannedUnit& unit) {
    std::string why;
    const UnitOutcome known = outcome_of(folder_, unit.id);
    Result result = Result::kUnfinished;
    if (known == UnitOutcome::kDone) {
      result = Result::kDone;
    } else if (known == UnitOutcome::kFailed && !settings_.again_failed) {
      result = Result::kFailed;
    } else if (!stopped()) {
      result = UnitRun(folder_, plan_, unit, settings_, scratch_).work(why);
    }
    const std::scoped_lock lock(mutex_);
    switch (result) {
      case Result::kDone:
        ++result_.done;
        break;
      case Result::kFailed:
        ++result_.failed;
        break;
      case Result::kUnfinished:
        ++result_.unfinished;
        if (result_.why_unfinished.empty()) result_.why_unfinished = why;
        break;
      case Result::kBusy:
        busy_.push_back(&unit);
        return;
    }
    if (settings_.progress)
      settings_.progress(result_.done + result_.failed + result_.unfinished, total_, unit.id);
  }

  const fs::path& folder_;
  const SweepPlan& plan_;
  const RunSettings& settings_;
  const fs::path scratch_;
  std::mutex mutex_;
  std::vector<const PlannedUnit*> busy_;
  std::exception_ptr failure_;
  std::int64_t total_ = 0;
  RunResult result_;
};

}  // namespace

Shard Shard::parse(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto index = parse_number<std::int64_t>(std::string_view(text).substr(0, slash));
  const auto count = slash == std::string::npos
                         ? std::nullopt
                         : parse_number<std::int64_t>(std::string_view(text).substr(slash + 1));
  if (!index || !count || *index < 1 || *index > *count)
    throw bad_usage("shard '{}': expected I/N with I from 1 to N, such as 3/8", printable(text));
  return {*index, *count};
}

RunResult run_units(const fs::path& folder, const SweepPlan& plan, const RunSettings& settings) {
  const std::vector<const PlannedUnit*> units = asked_for(plan, settings);
  make_private_folder(settings.scratch);
  const fs::path scratch = scratch_of(settings.scratch, folder);
  make_private_folder(scratch);
  make_folder(folder / "records");
  // The folder stays: another process may be about to work in it.
  return Crew(folder, plan, settings, scratch).work(units);
}

std::vector<std::string> evaluate_arguments(const SweepPlan& plan, const PlannedUnit& unit,
                                            const fs::path& evaluation) {
  std::vector<std::string> arguments{"evaluate",
                                     unit.id + "=" + unit.checkpoint,
                                     "--methods=" + plan.setting("methods"),
                                     "--measures=" + plan.setting("measures"),
                                     fmt::format("--seed={}", unit.seed),
                                     "--no-report",
                                     "--out=" + evaluation.string()};
  if (!unit.game.empty()) arguments.push_back("--game=" + unit.game);
  if (!plan.setting("states_from").empty())
    arguments.push_back("--states-from=" + plan.setting("states_from"));
  for (const auto& [name, value] : plan.settings) {
    if (name == "--baselines") {
      if (value == "false") arguments.emplace_back("--no-baselines");
    } else if (name.starts_with("--")) {
      arguments.push_back(name + "=" + value);
    }
  }
  return arguments;
}

}  // namespace arcadecam::sweep
