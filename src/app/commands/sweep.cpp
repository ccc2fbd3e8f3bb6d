#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/options/numbers.h"
#include "app/options/tried_output.h"
#include "app/progress.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "arcadecam/explain/method.h"
#include "core/counted.h"
#include "evaluate/measures.h"
#include "sweep/compare.h"
#include "sweep/merge.h"
#include "sweep/plan.h"
#include "sweep/run.h"

namespace arcadecam::app {
namespace {

namespace fs = std::filesystem;

struct SweepCall {
  std::string action, path, out, shard, scratch, baseline;
  std::vector<std::string> units;
  int jobs = 1;
  double alpha = 0.01;
  bool again_failed = false, missing = false, failed = false;

  void define(Arguments& command);
  void refuse_options_of_others() const;
};

void SweepCall::define(Arguments& command) {
  command
      .add_option(
          "ACTION", action,
          "plan: find the checkpoints of SPEC.toml and write the units of work to a folder; "
          "run: do what has no record yet; status: say how far it is; merge: put all "
          "records into tables; compare: hold a sweep against another one")
      ->required()
      ->check(one_of({"plan", "run", "status", "merge", "compare"}));
  command.add_option("PATH", path, "SPEC.toml (plan), or the folder of a plan")->required();
  command
      .add_option("--out,-o", out,
                  "plan: the folder of the sweep; compare: a CSV file of all numbers")
      ->type_name("PATH");
  command
      .add_option("--shard", shard,
                  "run: only the I-th of N equal parts of the plan, I from 1 to N")
      ->type_name("I/N");
  command.add_option("--unit", units, "run: only the unit of this id; may be given several times")
      ->one_value_each_time()
      ->type_name("ID");
  command.add_option("--jobs", jobs, "run: units at once; results do not depend on it")
      ->transform(whole(1, 1024))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--scratch", scratch,
                  "run: folder on a local disk for evaluations that are not done (default: "
                  "arcadecam-sweep-UID in $TMPDIR or /tmp)")
      ->type_name("DIR");
  command.add_flag("--again-failed", again_failed, "run: also the units that failed before");
  command
      .add_option("--baseline", baseline, "compare: the folder of the sweep that is the baseline")
      ->type_name("DIR");
  command
      .add_option("--alpha", alpha,
                  "compare: a difference is more than seeds explain when its p, corrected by Holm "
                  "over all numbers, is below this")
      ->transform(real(0, 1))
      ->type_name("A")
      ->capture_default_str();
  command.add_flag("--missing", missing, "status: print the ids of units without a record");
  command.add_flag("--failed", failed, "status: print the units that failed, and why");
}

void SweepCall::refuse_options_of_others() const {
  const auto refuse = [&](bool given, const char* option, const char* of) {
    if (given && action != of)
      throw bad_usage("sweep {}: {} belongs to `arcadecam sweep {}`", action, option, of);
  };
  if (action != "compare") refuse(!out.empty(), "--out", "plan");
  refuse(!baseline.empty(), "--baseline", "compare");
  refuse(!shard.empty(), "--shard", "run");
  refuse(!units.empty(), "--unit", "run");
  refuse(jobs != 1, "--jobs", "run");
  refuse(!scratch.empty(), "--scratch", "run");
  refuse(again_failed, "--again-failed", "run");
  refuse(missing, "--missing", "status");
  refuse(failed, "--failed", "status");
  if (action == "plan" && out.empty()) throw bad_usage("sweep plan: give --out DIR");
  if (action == "compare" && baseline.empty())
    throw bad_usage("sweep compare: give --baseline DIR");
  if (!shard.empty() && !units.empty()) throw bad_usage("sweep run: give --shard or --unit");
}

void plan_sweep(const SweepCall& call) {
  const sweep::Spec spec = sweep::read_spec(call.path);
  // What evaluate would refuse of every unit is refused now.
  if (spec.methods != "all") {
    for (const explain::MethodSpec& method : explain::parse_methods(spec.methods))
      (void)explain::find_method(method.id);
  }
  (void)measure::parse_measures(spec.measures, evaluate::measures());
  const fs::path out = call.out;
  make_folder(out);
  const fs::path digest_file = out / "digests.csv";
  remove_abandoned(digest_file);
  remove_abandoned(sweep::plan_file(out));
  sweep::DigestCache digests(digest_file);
  const Interrupt interrupt;
  sweep::SweepPlan plan;
  {
    Progress progress("checkpoints", 0);
    plan = sweep::make_plan(spec, digests, [&](std::int64_t done, std::int64_t total) {
      progress.expect(total);
      progress.advance(done);
      return !interrupt.requested();
    });
  }
  digests.save();
  if (interrupt.requested()) {
    interrupt.stop(
        "stopped early: there is no plan yet; digests of files that were read are kept, "
        "and the same command goes on");
  }
  sweep::write_plan(out, plan);
  const std::int64_t distinct = std::ssize(plan.distinct());
  fmt::print("{} → {}\n", counted(distinct, "unit"), out.string());
  if (const std::int64_t same = std::ssize(plan.units) - distinct; same > 0) {
    fmt::print("{} of {} have the content of another one: their unit is run once\n", same,
               counted(std::ssize(plan.units), "planned row"));
  }
}

fs::path default_scratch() {
  const char* const set = std::getenv("TMPDIR");
  return fs::path(set != nullptr && *set != '\0' ? set : "/tmp") /
         fmt::format("arcadecam-sweep-{}", getuid());
}

void run_sweep(const SweepCall& call) {
  const fs::path folder = call.path;
  sweep::RunSettings settings;
  if (!call.shard.empty()) settings.shard = sweep::Shard::parse(call.shard);
  const sweep::SweepPlan plan = sweep::read_plan(folder);
  const Interrupt interrupt;
  settings.program = fs::read_symlink("/proc/self/exe");
  settings.scratch = call.scratch.empty() ? default_scratch() : fs::path(call.scratch);
  settings.jobs = call.jobs;
  settings.ids = call.units;
  settings.again_failed = call.again_failed;
  settings.stop = [&] { return interrupt.requested() ? interrupt.signal() : 0; };
  sweep::RunResult result;
  {
    Progress progress("units", 0);
    settings.progress = [&](std::int64_t done, std::int64_t total, const std::string& note) {
      progress.expect(total);
      progress.advance(done, note);
    };
    result = sweep::run_units(folder, plan, settings);
  }
  const std::int64_t all = result.done + result.failed + result.unfinished;
  if (result.unfinished == 0) {
    fmt::print("{}: {} done, {} failed → {}\n", counted(all, "unit"), result.done, result.failed,
               folder.string());
    return;
  }
  const std::string words =
      fmt::format("incomplete: {} of {} have no record yet; the same command goes on{}{}",
                  result.unfinished, counted(all, "unit"),
                  result.why_unfinished.empty() ? "" : "; one reason: ", result.why_unfinished);
  if (interrupt.requested()) interrupt.stop(words);
  throw bad_input("{}", words);
}

void show_status(const SweepCall& call) {
  const fs::path folder = call.path;
  const sweep::SweepPlan plan = sweep::read_plan(folder);
  const auto outcomes = sweep::outcomes(folder);
  const auto outcome_of = [&](const sweep::PlannedUnit& unit) {
    const auto at = outcomes.find(unit.id);
    return at == outcomes.end() ? sweep::UnitOutcome::kMissing : at->second;
  };
  if (call.missing || call.failed) {
    for (const sweep::PlannedUnit* unit : plan.distinct()) {
      const sweep::UnitOutcome outcome = outcome_of(*unit);
      if (call.missing && outcome == sweep::UnitOutcome::kMissing) fmt::print("{}\n", unit->id);
      if (call.failed && outcome == sweep::UnitOutcome::kFailed) {
        const sweep::Record record = sweep::read_record(folder, unit->id, outcome);
        fmt::print("{} {}: {}\n", unit->id, unit->checkpoint, record.why);
      }
    }
    return;
  }
  const sweep::Counts counts = sweep::count_outcomes(plan, outcomes);
  fmt::print("{}: {} done, {} failed, {} missing\n", counted(counts.units, "unit"), counts.done,
             counts.failed, counts.missing());
}

void merge_sweep(const SweepCall& call) {
  const fs::path folder = call.path;
  const sweep::SweepPlan plan = sweep::read_plan(folder);
  for (const char* name : {sweep::kUnitsTable, sweep::kSummaryTable, sweep::kObjectsTable,
                           sweep::kScoresTable, sweep::kSweepDatabase})
    remove_abandoned(folder / "merged" / name);
  const Interrupt interrupt;
  sweep::Counts counts;
  {
    Progress progress("merged", std::ssize(plan.units));
    counts = sweep::merge(folder, plan, [&](std::int64_t done, std::int64_t /*total*/) {
      progress.advance(done);
      return !interrupt.requested();
    });
  }
  if (interrupt.requested()) {
    interrupt.stop(
        fmt::format("stopped early: {} is as it was before", (folder / "merged").string()));
  }
  fmt::print("{}: {} done, {} failed → {}\n", counted(counts.units, "unit"), counts.done,
             counts.failed, (folder / "merged").string());
  if (counts.missing() == 0) return;
  throw bad_input(
      "incomplete: {} of {} have no record yet, and the tables are without them; `arcadecam sweep "
      "run {}` goes on",
      counts.missing(), counted(counts.units, "unit"), folder.string());
}

void compare_with_baseline(const SweepCall& call) {
  const fs::path folder = call.path, baseline = call.baseline;
  const auto compared = sweep::compare_sweeps(baseline, sweep::read_any_plan(baseline), folder,
                                              sweep::read_any_plan(folder));
  if (!call.out.empty()) sweep::write_compared(call.out, compared);
  std::int64_t different = 0;
  for (const sweep::Compared& one : compared) {
    if (one.corrected >= call.alpha) continue;
    ++different;
    fmt::print("{}\n", sweep::words_of(one));
  }
  if (different > 0) {
    throw bad_input("{} of {} differ from {} by more than seeds explain (p < {} by Holm)",
                    different, counted(std::ssize(compared), "number"), baseline.string(),
                    call.alpha);
  }
  fmt::print("{} as in {}, as far as seeds tell\n", counted(std::ssize(compared), "number"),
             baseline.string());
}

void define_sweep(Arguments& command) {
  auto call = std::make_shared<SweepCall>();
  call->define(command);
  command.footer(
      "A sweep evaluates many checkpoints. Any number of `sweep run` may work on one plan, on one "
      "machine or on several that share its folder (docs/sweep.md).");
  command.callback([call] {
    call->refuse_options_of_others();
    if (call->action == "plan") plan_sweep(*call);
    if (call->action == "run") run_sweep(*call);
    if (call->action == "status") show_status(*call);
    if (call->action == "merge") merge_sweep(*call);
    if (call->action == "compare") compare_with_baseline(*call);
  });
}

}  // namespace

extern constinit const Command sweep_entry{"sweep",
                                           "Evaluate many checkpoints: plan the work, run it on "
                                           "any number of machines, merge the results into tables",
                                           define_sweep};

}  // namespace arcadecam::app
