#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/options/agent_options.h"
#include "app/options/numbers.h"
#include "app/options/output_folder.h"
#include "app/report/trajectory_film.h"
#include "app/report/trajectory_page.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/npy.h"
#include "arcadecam/explain/method.h"
#include "arcadecam/explain/params.h"
#include "core/counted.h"
#include "core/parse_number.h"
#include "sweep/merge.h"

namespace arcadecam::app {
namespace {

namespace fs = std::filesystem;

struct TrajectoryCall {
  std::string folder, out, method, state;
  std::int64_t lag = 4;
  double alpha = 0.05;
  std::uint64_t seed = 0;
  bool film = true;
};

/// A checkpoint as the plan says it is read.
agent::Agent load_unit(const sweep::SweepPlan& plan, const sweep::PlannedUnit& unit) {
  CheckpointOptions options;
  options.algorithm = plan.setting("--algo");
  options.protocol = plan.setting("--protocol");
  options.as = plan.setting("--as");
  options.network = plan.setting("--network");
  options.activation = plan.setting("--activation");
  options.grey = plan.setting("--grey");
  options.entry = plan.setting("--entry");
  options.game = unit.game;
  options.divide_by = parse_number<float>(plan.setting("--divide-by"));
  for (const auto& [name, value] : plan.settings) {
    if (name == "--ignore") options.ignore.push_back(value);
  }
  return agent::load_agent(unit.checkpoint, {options.get(), {}});
}

/// The first observation of a .npy file; empty where none is named.
ByteTensor filmed_state(const std::string& file) {
  if (file.empty()) return {};
  const NpyArray array = read_npy(file);
  const auto* const bytes = std::get_if<ByteTensor>(&array);
  const Shape& shape = shape_of(array);
  if (bytes == nullptr || (shape.rank() != 3 && shape.rank() != 4) || bytes->empty()) {
    throw bad_input("{}: expected uint8 of shape planes×height×width, found {} of shape {}", file,
                    dtype_of(array), to_string(shape));
  }
  if (shape.rank() == 3) return *bytes;
  const Shape one{shape[1], shape[2], shape[3]};
  return {one, bytes->values().first(static_cast<std::size_t>(shape[1] * shape[2] * shape[3]))};
}

/// The first method of the lines that depends on the decision; a baseline where there is no other.
std::string filmed_method(const std::vector<TrajectoryPart>& parts) {
  std::string first;
  for (const TrajectoryPart& part : parts) {
    const std::string& method = part.quantity.method;
    if (method.empty()) continue;
    if (explain::find_method(explain::parse_methods(method).front().id).promise.uses_decision)
      return method;
    if (first.empty()) first = method;
  }
  return first;
}

void write_trajectory(const TrajectoryCall& call) {
  const fs::path folder = call.folder;
  const fs::path out = call.out.empty() ? folder / "trajectory" : fs::path(call.out);
  const sweep::SweepPlan plan = sweep::read_plan(folder);
  const ByteTensor state = filmed_state(call.state);
  const auto histories = sweep::read_histories(folder, plan);
  if (histories.empty()) {
    throw bad_input(
        "{}: no unit that is done has a step: the pattern of the plan names it, as in "
        "\"{{run}}/model_{{step}}.gz\", and the measure causal gives shares and effects",
        folder.string());
  }
  std::map<std::string, std::string> game_of;
  sweep::visit_records(folder, plan,
                       [&](const sweep::PlannedUnit& unit, sweep::UnitOutcome outcome,
                           const sweep::Record& record, bool /*first*/) {
                         if (outcome == sweep::UnitOutcome::kDone)
                           game_of[unit.id] = record.game.empty() ? unit.game : record.game;
                         return true;
                       });
  const auto parts = trajectory_parts(histories, static_cast<int>(call.lag), call.alpha, call.seed);
  OutputFiles files{"trajectory.csv", "changes.csv", "leads.csv", "report.html"};
  const std::string method = call.method.empty() ? filmed_method(parts) : call.method;
  for (const auto& part : parts) {
    const std::string film = fmt::format("film-{}.gif", part.quantity.game);
    if (call.film && std::ranges::find(files, film) == files.end()) files.push_back(film);
  }
  const bool film = call.film && !method.empty();
  prepare_to_continue(out, "trajectory", files);
  write_trajectory_tables(out, parts);
  const Interrupt interrupt;
  std::vector<TrajectoryFilm> films;
  if (film) {
    films = trajectory_films(
        plan, game_of, method, state, out,
        [&](const sweep::PlannedUnit& unit) { return load_unit(plan, unit); },
        [&] { return !interrupt.requested(); });
  }
  if (interrupt.requested())
    interrupt.stop(
        fmt::format("stopped early: the tables are in {}, without a page", out.string()));
  write_trajectory_page(out / "report.html", parts, films);
  fmt::print("{} → {}\n", counted(std::ssize(parts), "trajectory line"), out.string());
}

void define_trajectory(Arguments& command) {
  auto call = std::make_shared<TrajectoryCall>();
  command.add_option("DIR", call->folder, "the folder of a sweep whose pattern names {step}")
      ->required();
  command
      .add_option("--out", call->out,
                  "folder for trajectory.csv, changes.csv, leads.csv, report.html and "
                  "film-GAME.gif (default: DIR/trajectory)")
      ->type_name("DIR");
  command
      .add_option("--method", call->method,
                  "the method whose maps the film shows (default: the sweep's first method that is "
                  "not a baseline)")
      ->type_name("M");
  command.add_flag("--film,!--no-film", call->film,
                   "one state through training: its map by every checkpoint of the longest run "
                   "(default: on)");
  command
      .add_option("--state", call->state,
                  ".npy file with the film's state, uint8 (default: what the last checkpoint sees "
                  "after 60 steps)")
      ->type_name("S.npy");
  command
      .add_option(
          "--lag", call->lag,
          "how many checkpoints attention and score are shifted against each other, at most")
      ->transform(whole(0, 1000))
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--alpha", call->alpha, "level of the test for change points")
      ->transform(real(0, 1))
      ->type_name("A")
      ->capture_default_str();
  command.add_option("--seed", call->seed, "determines every random draw")
      ->transform(seed_number())
      ->type_name("S")
      ->capture_default_str();
  command.callback([call] { write_trajectory(*call); });
}

}  // namespace

extern constinit const Command trajectory_entry{
    "trajectory", "Show how attention develops over training, from a sweep over its checkpoints",
    define_trajectory};

}  // namespace arcadecam::app
