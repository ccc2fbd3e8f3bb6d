#include "sweep/trajectory.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <tuple>

#include "arcadecam/core/random.h"
#include "core/parse_number.h"
#include "measure/statistics.h"
#include "sweep/merge.h"

namespace arcadecam::sweep {
namespace {

constexpr int kShuffles = 999;
constexpr std::size_t kLeastSide = 3, kLeastPairs = 4;

/// Means of values that come one by one.
struct Averages {
  double sum = 0;
  std::int64_t count = 0;
};

using Collected =
    std::map<TrackedQuantity, std::map<std::string, std::map<std::int64_t, Averages>>>;

/// What is a trajectory of the statistics of single objects, and which of their two means.
struct ObjectQuantity {
  const char *statistic, *name;
  bool size;
};
constexpr ObjectQuantity kObjectQuantities[] = {{"mass", "share", false},
                                                {"advantage-change", "effect", true}};

void collect_objects(const Record& record, const std::string& game, const PlannedUnit& unit,
                     std::int64_t step, Collected& all) {
  CsvReader reader(record.objects, "[objects] of " + unit.id);
  for (CsvFields fields; reader.next(fields);) {
    if (fields.size() != 7) continue;
    for (const ObjectQuantity& one : kObjectQuantities) {
      const auto value = parse_number<double>(fields[one.size ? 6 : 5]);
      if (fields[3] != one.statistic || !value) continue;
      Averages& to = all[{game, fields[0], fields[2], one.name}][unit.run][step];
      to.sum += *value;
      ++to.count;
    }
  }
}

void shuffle(std::span<double> values, Random& random) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[static_cast<std::size_t>(random.below(i))]);
}

/// The split of a series that lessens its sum of squares most, and by how much.
std::pair<std::size_t, double> best_split(std::span<const double> series) {
  const double total = std::accumulate(series.begin(), series.end(), 0.0);
  const auto n = static_cast<double>(series.size());
  double left = 0;
  std::pair<std::size_t, double> best{0, -1};
  for (std::size_t at = 1; at < series.size(); ++at) {
    left += series[at - 1];
    if (at < kLeastSide || series.size() - at < kLeastSide) continue;
    const auto k = static_cast<double>(at);
    const double difference = left / k - (total - left) / (n - k);
    const double gain = difference * difference * k * (n - k) / n;
    if (gain > best.second) best = {at, gain};
  }
  return best;
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void segment(std::span<const double> series, std::size_t first, Random& random, double alpha,
             std::vector<ChangePoint>& found) {
  if (series.size() < 2 * kLeastSide) return;
  const auto [at, gain] = best_split(series);
  // Equal values round to something that is not quite nothing.
  double scale = 0;
  for (const double value : series) scale = std::max(scale, std::abs(value));
  if (gain <= 1e-18 * scale * scale) return;
  std::vector<double> shuffled(series.begin(), series.end());
  int as_large = 1;
  for (int i = 0; i < kShuffles; ++i) {
    shuffle(shuffled, random);
    // What is equal but for rounding is as large.
    if (best_split(shuffled).second >= gain * (1 - 1e-12)) ++as_large;
  }
  const double p = as_large / static_cast<double>(kShuffles + 1);
  if (p > alpha) return;
  segment(series.first(at), first, random, alpha, found);
  found.push_back({first + at, mean_of(series.first(at)), mean_of(series.subspan(at)), p});
  segment(series.subspan(at), first + at, random, alpha, found);
}

/// The differences of two histories between the steps that both have.
struct Differences {
  std::vector<double> first, second;
};

std::vector<Differences> differences_of(const History& first, const History& second,
                                        std::size_t least) {
  std::vector<Differences> all;
  for (const auto& [run, values] : first) {
    const auto other = second.find(run);
    if (other == second.end()) continue;
    std::vector<double> a, b;
    for (const auto& [step, value] : values) {
      const auto at = other->second.find(step);
      if (at == other->second.end()) continue;
      a.push_back(value);
      b.push_back(at->second);
    }
    if (a.size() < least + 1) continue;
    std::adjacent_difference(a.begin(), a.end(), a.begin());
    std::adjacent_difference(b.begin(), b.end(), b.begin());
    all.push_back({{a.begin() + 1, a.end()}, {b.begin() + 1, b.end()}});
  }
  return all;
}

/// The largest mean correlation by its size, and the shift that has it.
std::pair<int, double> strongest(const std::vector<Differences>& runs, int most) {
  std::pair<int, double> best{0, 0};
  // Small shifts first: of equals the smallest is said.
  for (int size = 0; size <= most; ++size) {
    for (const int lead : {size, -size}) {
      double sum = 0;
      for (const Differences& run : runs) {
        const auto shift = static_cast<std::size_t>(size);
        const std::size_t length = run.first.size() - shift;
        const std::span<const double> a =
            std::span(run.first).subspan(lead >= 0 ? 0 : shift, length);
        const std::span<const double> b =
            std::span(run.second).subspan(lead >= 0 ? shift : 0, length);
        const double correlation = measure::pearson(a, b);
        if (std::isfinite(correlation)) sum += correlation;
      }
      const double mean = sum / static_cast<double>(runs.size());
      if (std::abs(mean) > std::abs(best.second) + 1e-12) best = {lead, mean};
    }
  }
  return best;
}

}  // namespace

std::map<TrackedQuantity, History> read_histories(const std::filesystem::path& folder,
                                                  const SweepPlan& plan) {
  Collected all;
  visit_records(
      folder, plan,
      [&](const PlannedUnit& unit, UnitOutcome outcome, const Record& record, bool /*first*/) {
        const auto step = parse_number<std::int64_t>(unit.step);
        if (outcome != UnitOutcome::kDone || !step) return true;
        const std::string& game = record.game.empty() ? unit.game : record.game;
        collect_objects(record, game, unit, *step, all);
        if (const auto score = record.mean_score()) {
          Averages& to = all[{game, "", "", "score"}][unit.run][*step];
          to.sum += *score;
          ++to.count;
        }
        return true;
      });
  std::map<TrackedQuantity, History> histories;
  for (const auto& [quantity, runs] : all) {
    for (const auto& [run, steps] : runs) {
      for (const auto& [step, values] : steps)
        histories[quantity][run][step] = values.sum / static_cast<double>(values.count);
    }
  }
  return histories;
}

std::vector<TrajectoryPoint> points_of(const History& history, std::uint64_t seed) {
  std::map<std::int64_t, std::vector<measure::Cluster>> steps;
  for (const auto& [run, values] : history) {
    for (const auto& [step, value] : values) steps[step].emplace_back().add(value);
  }
  std::vector<TrajectoryPoint> points;
  for (const auto& [step, clusters] : steps) {
    const measure::Interval interval = measure::bootstrap(clusters, seed);
    points.push_back(
        {step, std::ssize(clusters), measure::mean(clusters), interval.low, interval.high});
  }
  return points;
}

std::vector<ChangePoint> change_points(const std::vector<double>& series, std::uint64_t seed,
                                       double alpha) {
  std::vector<ChangePoint> found;
  Random random(derive_seed(seed, 0, Stream::kMethod));
  segment(series, 0, random, alpha, found);
  // A side may have been split again: each mean is of the piece up to the next change.
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t begin = i == 0 ? 0 : found[i - 1].at;
    const std::size_t end = i + 1 < found.size() ? found[i + 1].at : series.size();
    const std::span<const double> all(series);
    found[i].before = mean_of(all.subspan(begin, found[i].at - begin));
    found[i].after = mean_of(all.subspan(found[i].at, end - found[i].at));
  }
  return found;
}

LeadLag lead_lag(const History& first, const History& second, int most, std::uint64_t seed) {
  std::vector<Differences> runs =
      differences_of(first, second, static_cast<std::size_t>(most) + kLeastPairs);
  LeadLag result;
  result.runs = std::ssize(runs);
  if (runs.empty()) return result;
  std::tie(result.lead, result.correlation) = strongest(runs, most);
  Random random(derive_seed(seed, 1, Stream::kMethod));
  int as_large = 1;
  for (int i = 0; i < kShuffles; ++i) {
    for (Differences& run : runs) shuffle(run.first, random);
    if (std::abs(strongest(runs, most).second) >= std::abs(result.correlation) - 1e-12) ++as_large;
  }
  result.p = as_large / static_cast<double>(kShuffles + 1);
  return result;
}

}  // namespace arcadecam::sweep
