#include "sweep/compare.h"

#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/counted.h"
#include "core/parse_number.h"
#include "measure/statistics.h"
#include "sweep/merge.h"
#include "sweep/student.h"

namespace arcadecam::sweep {
namespace {

/// measure, method, object, statistic.
using Number = std::tuple<std::string, std::string, std::string, std::string>;
/// Game and step.
using Group = std::pair<std::string, std::string>;
using Values = std::map<Group, std::map<Number, std::vector<double>>>;

void take_numbers(const Record& record, std::map<Number, std::vector<double>>& to) {
  CsvReader summary(record.summary, "[summary] of " + record.id);
  for (CsvFields row; summary.next(row);) {
    const auto mean = row.size() == 14 ? parse_number<double>(row[5]) : std::nullopt;
    if (mean) to[{row[0], row[4], "", row[1]}].push_back(*mean);
  }
  CsvReader objects(record.objects, "[objects] of " + record.id);
  for (CsvFields row; objects.next(row);) {
    if (row.size() != 7) continue;
    const bool share = row[3] == "mass";
    const auto value = parse_number<double>(row[share ? 5 : 6]);
    if ((share || row[3] == "advantage-change") && value)
      to[{row[1], row[0], row[2], row[3]}].push_back(*value);
  }
}

Values values_of(const std::filesystem::path& folder, const SweepPlan& plan) {
  Values values;
  visit_records(
      folder, plan,
      [&](const PlannedUnit& unit, UnitOutcome outcome, const Record& record, bool first) {
        if (outcome != UnitOutcome::kDone || !first) return true;
        take_numbers(record, values[{record.game.empty() ? unit.game : record.game, unit.step}]);
        return true;
      });
  return values;
}

/// The same without steps.
Values by_game(const Values& values) {
  Values merged;
  for (const auto& [group, numbers] : values) {
    for (const auto& [number, list] : numbers) {
      std::vector<double>& to = merged[{group.first, ""}][number];
      to.insert(to.end(), list.begin(), list.end());
    }
  }
  return merged;
}

bool share_a_group(const Values& a, const Values& b) {
  for (const auto& [group, numbers] : a) {
    if (b.contains(group)) return true;
  }
  return false;
}

/// Throws Error where the two measured other things.
void require_alike(const SweepPlan& baseline, const SweepPlan& plan) {
  static const std::set<std::string> may_differ{"version", "states_from", "keep_tables",
                                                "--network", "network_sha256"};
  std::set<std::string> names;
  for (const SweepPlan* one : {&baseline, &plan}) {
    for (const auto& [name, value] : one->settings) names.insert(name);
  }
  for (const std::string& name : names) {
    if (may_differ.contains(name) || baseline.setting(name) == plan.setting(name)) continue;
    throw bad_usage("the sweeps measured other things: {} is '{}' in the baseline and '{}' here",
                    name, baseline.setting(name), plan.setting(name));
  }
}

double mean_of_values(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_about(const std::vector<double>& values, double mean) {
  return std::accumulate(values.begin(), values.end(), 0.0, [mean](double sum, double value) {
    return sum + (value - mean) * (value - mean);
  });
}

}  // namespace

void test_difference(const std::vector<double>& baseline, const std::vector<double>& values,
                     Compared& result) {
  result.baseline_n = std::ssize(baseline);
  result.n = std::ssize(values);
  result.baseline_mean = mean_of_values(baseline);
  result.mean = mean_of_values(values);
  const auto n = static_cast<double>(baseline.size()), m = static_cast<double>(values.size());
  const double difference = result.mean - result.baseline_mean;
  const double squares =
      squares_about(baseline, result.baseline_mean) + squares_about(values, result.mean);
  const double error = std::sqrt(squares / (n + m - 2) * (1 / n + 1 / m));
  // Equal values give equal means but for rounding.
  constexpr double kRounding = 1e-12;
  const double scale = std::max(std::abs(result.mean), std::abs(result.baseline_mean));
  if (std::abs(difference) <= kRounding * scale) {
    result.t = 0;
  } else if (error <= kRounding * scale) {
    result.t = std::copysign(std::numeric_limits<double>::infinity(), difference);
  } else {
    result.t = difference / error;
  }
  result.p = student_p(result.t, n + m - 2);
}

std::vector<Compared> compare_sweeps(const std::filesystem::path& baseline,
                                     const SweepPlan& baseline_plan,
                                     const std::filesystem::path& folder, const SweepPlan& plan) {
  require_alike(baseline_plan, plan);
  Values before = values_of(baseline, baseline_plan), now = values_of(folder, plan);
  if (!share_a_group(before, now)) {
    before = by_game(before);
    now = by_game(now);
  }
  std::vector<Compared> compared;
  std::vector<double> p;
  for (const auto& [group, numbers] : now) {
    const auto known = before.find(group);
    if (known == before.end()) continue;
    for (const auto& [number, values] : numbers) {
      const auto at = known->second.find(number);
      if (at == known->second.end() || at->second.size() < 2) continue;
      const auto& [measure, method, object, statistic] = number;
      Compared& one = compared.emplace_back();
      std::tie(one.game, one.step) = group;
      one.measure = measure;
      one.method = method;
      one.object = object;
      one.statistic = statistic;
      test_difference(at->second, values, one);
      p.push_back(one.p);
    }
  }
  if (compared.empty()) {
    throw bad_input(
        "{} and {}: nothing can be compared: the baseline needs two done units at least of a game "
        "that both have (several seeds or runs)",
        baseline.string(), folder.string());
  }
  const std::vector<double> corrected = measure::holm(p);
  for (std::size_t i = 0; i < compared.size(); ++i) compared[i].corrected = corrected[i];
  return compared;
}

std::string words_of(const Compared& one) {
  std::string words = one.game;
  if (!one.step.empty()) words += ", step " + one.step;
  words += fmt::format(", {} ({})", one.measure, one.method);
  if (!one.object.empty()) words += ", " + one.object;
  return words + fmt::format(", {}: {:.4g} ({}), baseline {:.4g} ({}), p {:.2g}", one.statistic,
                             one.mean, counted(one.n, "unit"), one.baseline_mean,
                             counted(one.baseline_n, "unit"), one.corrected);
}

void write_compared(const std::filesystem::path& file, const std::vector<Compared>& compared) {
  OutputFile output(file);
  output.write(
      "game,step,measure,method,object,statistic,baseline_n,baseline_mean,n,mean,t,p,p_holm\n");
  for (const Compared& one : compared) {
    output.write(csv_line({one.game, one.step, one.measure, one.method, one.object, one.statistic,
                           std::to_string(one.baseline_n), csv_number(one.baseline_mean),
                           std::to_string(one.n), csv_number(one.mean), csv_number(one.t),
                           csv_number(one.p), csv_number(one.corrected)}) +
                 "\n");
  }
  output.commit();
}

}  // namespace arcadecam::sweep
