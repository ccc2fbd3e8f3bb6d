#include "sweep/plan.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "arcadecam/core/digest.h"
#include "arcadecam/core/error.h"
#include "core/parse_number.h"
#include "core/text.h"
#include "sweep/pattern.h"
#include "sweep/section_file.h"

namespace arcadecam::sweep {
namespace {

constexpr const char* kPlanKind = "arcadecam-sweep-plan 1";
constexpr std::size_t kPlanFields = 7, kIdLength = 20, kLongestStep = 18;

/// Names of games are alike where letters and digits are: "Space Invaders", "space_invaders".
std::string plain_name(std::string_view game) {
  std::string plain;
  for (const char c : game) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) plain += static_cast<char>(std::tolower(byte));
  }
  return plain;
}

SweepPlan::Settings settings_of(const Spec& spec, DigestCache& digests) {
  SweepPlan::Settings settings{{"version", program_version()},
                               {"methods", spec.methods},
                               {"measures", spec.measures},
                               {"states_from", spec.states_from},
                               {"score_episodes", std::to_string(spec.score_episodes)},
                               {"keep_tables", spec.keep_tables ? "true" : "false"}};
  if (!spec.states_from.empty())
    settings.emplace_back("states_sha256", digests.of(spec.states_from));
  for (const auto& [name, value] : spec.options) {
    settings.emplace_back("--" + name, value);
    if (name == "network") settings.emplace_back("network_sha256", digests.of(value));
  }
  return settings;
}

/// What the ids of all units depend on.
std::string shared_text(const SweepPlan::Settings& settings) {
  static const std::set<std::string> not_of_results{"states_from", "keep_tables", "--network"};
  std::string text = "arcadecam-unit 1\n";
  for (const auto& [name, value] : settings) {
    if (!not_of_results.contains(name)) text += csv_line({name, value}) + "\n";
  }
  return text;
}

std::string id_of(const std::string& shared, const PlannedUnit& unit) {
  const std::string text =
      shared + csv_line({unit.sha256, unit.game, std::to_string(unit.seed)}) + "\n";
  return sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()})
      .substr(0, kIdLength);
}

/// The files of all patterns by path; the first pattern that finds a file says what its path means.
std::map<std::filesystem::path, FoundFile> checkpoints_of(const Spec& spec) {
  std::map<std::filesystem::path, FoundFile> found;
  for (const std::string& pattern : spec.files) {
    for (FoundFile& file : find_files(pattern, spec.folder)) {
      const std::string path = file.path.string();
      if (printable(path, path.size()) != path) {
        throw bad_input("{}: the name of a checkpoint holds control characters: rename it",
                        printable(path, 300));
      }
      if (file.fields.contains("step") && file.fields["step"].size() > kLongestStep)
        throw bad_input("{}: the step of a checkpoint has more than {} digits", path, kLongestStep);
      found.emplace(file.path, std::move(file));
    }
  }
  if (found.empty())
    throw bad_input("no file is found by the pattern '{}' in {}", spec.files.front(),
                    spec.folder.string());
  return found;
}

/// The games that a checkpoint is evaluated on.
std::vector<std::string> games_of(const Spec& spec, const FoundFile& file) {
  const auto said = file.fields.find("game");
  if (said == file.fields.end())
    return spec.games.empty() ? std::vector<std::string>{""} : spec.games;
  const bool wanted =
      spec.games.empty() || std::ranges::any_of(spec.games, [&](const std::string& game) {
        return plain_name(game) == plain_name(said->second);
      });
  return wanted ? std::vector<std::string>{said->second} : std::vector<std::string>();
}

std::string field_of(const FoundFile& file, const char* name) {
  const auto at = file.fields.find(name);
  return at == file.fields.end() ? std::string() : at->second;
}

}  // namespace

const std::string& SweepPlan::setting(const std::string& name) const {
  static const std::string none;
  const auto at = std::ranges::find(settings, name, &Settings::value_type::first);
  return at == settings.end() ? none : at->second;
}

std::vector<const PlannedUnit*> SweepPlan::distinct() const {
  std::vector<const PlannedUnit*> list;
  std::set<std::string_view> ids;
  for (const PlannedUnit& unit : units) {
    if (ids.insert(unit.id).second) list.push_back(&unit);
  }
  return list;
}

std::string program_version() {
  return ARCADECAM_VERSION;
}

SweepPlan make_plan(const Spec& spec, DigestCache& digests,
                    const std::function<bool(std::int64_t, std::int64_t)>& progress) {
  SweepPlan plan{settings_of(spec, digests), {}};
  const std::string shared = shared_text(plan.settings);
  const auto files = checkpoints_of(spec);
  std::int64_t done = 0;
  for (const auto& [path, file] : files) {
    if (progress && !progress(done++, std::ssize(files))) return {plan.settings, {}};
    const std::vector<std::string> games = games_of(spec, file);
    if (games.empty()) continue;
    const std::string digest = digests.of(path);
    for (const std::string& game : games) {
      for (const std::uint64_t seed : spec.seeds) {
        PlannedUnit unit{
            {}, path.string(), digest, game, seed, field_of(file, "run"), field_of(file, "step")};
        unit.id = id_of(shared, unit);
        plan.units.push_back(std::move(unit));
      }
    }
  }
  if (plan.units.empty())
    throw bad_input("none of the {} checkpoints plays one of the games that the plan names",
                    files.size());
  return plan;
}

std::filesystem::path plan_file(const std::filesystem::path& folder) {
  return folder / "plan.csv";
}

SweepPlan read_any_plan(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(plan_file(folder))) {
    throw bad_usage("{}: holds no plan; make one with `arcadecam sweep plan SPEC.toml --out DIR`",
                    folder.string());
  }
  const SectionFile file = SectionFile::read(plan_file(folder), kPlanKind);
  SweepPlan plan;
  for (CsvFields& row : file.rows("settings", 2))
    plan.settings.emplace_back(std::move(row[0]), std::move(row[1]));
  for (CsvFields& row : file.rows("units", kPlanFields)) {
    const auto seed = parse_number<std::uint64_t>(row[4]);
    if (!seed || row[0].size() != kIdLength ||
        row[0].find_first_not_of("0123456789abcdef") != std::string::npos)
      throw bad_input("{}: expected a unit, found '{}'", plan_file(folder).string(),
                      printable(csv_line(row), 200));
    plan.units.push_back({row[0], row[1], row[2], row[3], *seed, row[5], row[6]});
  }
  return plan;
}

SweepPlan read_plan(const std::filesystem::path& folder) {
  SweepPlan plan = read_any_plan(folder);
  if (plan.setting("version") != program_version()) {
    throw bad_usage(
        "{}: was planned by version {} of the program, and this is {}: use that one, or plan again "
        "into another folder",
        folder.string(), printable(plan.setting("version")), program_version());
  }
  return plan;
}

void write_plan(const std::filesystem::path& folder, const SweepPlan& plan) {
  if (std::filesystem::exists(plan_file(folder))) {
    const SweepPlan before = read_any_plan(folder);
    if (before == plan) return;
    for (std::size_t i = 0; i < std::max(before.settings.size(), plan.settings.size()); ++i) {
      const auto text = [&](const SweepPlan& of) {
        return i < of.settings.size() ? of.settings[i].first + " " + of.settings[i].second
                                      : std::string("nothing");
      };
      if (text(before) == text(plan)) continue;
      throw bad_usage("{}: was planned with {}, and now it is {}; give another folder",
                      folder.string(), text(before), text(plan));
    }
  }
  SectionFile file(kPlanKind);
  file.begin("settings");
  for (const auto& [name, value] : plan.settings) file.add({name, value});
  file.begin("units");
  for (const PlannedUnit& unit : plan.units) {
    file.add({unit.id, unit.checkpoint, unit.sha256, unit.game, std::to_string(unit.seed), unit.run,
              unit.step});
  }
  file.write(plan_file(folder));
}

}  // namespace arcadecam::sweep
