#include "evaluate/summary.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace arcadecam::evaluate {
namespace {

using Place = std::pair<std::int64_t, std::int64_t>;  ///< episode, step
using Series = std::map<Place, double>;

/// What one measure found, by method.
struct Found {
  std::vector<std::map<std::string, Series>> numbers;
  std::vector<std::map<std::pair<std::string, double>, Series>> points;
};

Found read(const Contestants& contestants, const measure::BoundMeasure& measure,
           const Store& store) {
  Found found;
  for (const explain::MethodSpec& method : contestants.methods) {
    auto& numbers = found.numbers.emplace_back();
    auto& points = found.points.emplace_back();
    for (const Row& row : store.rows(contestants.agent->name, method.text(), measure.spec.text())) {
      if (!row.finding.object.empty()) continue;
      Series& series = row.is_number() ? numbers[row.finding.statistic]
                                       : points[{row.finding.statistic, row.finding.at}];
      series[{row.episode, row.step}] = row.finding.value;
    }
  }
  return found;
}

std::vector<measure::Cluster> clusters_of(const Series& series) {
  std::map<std::int64_t, measure::Cluster> clusters;
  for (const auto& [place, value] : series) clusters[place.first].add(value);
  std::vector<measure::Cluster> list;
  for (const auto& [episode, cluster] : clusters) list.push_back(cluster);
  return list;
}

Comparison compare(const Series& first, const Series& second, std::uint64_t seed) {
  Series differences;
  for (const auto& [place, value] : first) {
    if (const auto at = second.find(place); at != second.end())
      differences[place] = value - at->second;
  }
  const std::vector<measure::Cluster> clusters = clusters_of(differences);
  Comparison result;
  result.n = measure::count(clusters);
  result.difference = measure::mean(clusters);
  result.interval = measure::bootstrap(clusters, seed);
  const double spread = measure::deviation(clusters);
  result.effect = spread > 0 ? result.difference / spread : 0;
  result.p = measure::sign_flip_p(clusters, seed);
  result.corrected = result.p;
  return result;
}

void correct(const std::vector<Comparison*>& comparisons) {
  std::vector<double> p;
  for (const Comparison* comparison : comparisons) p.push_back(comparison->p);
  const std::vector<double> corrected = measure::holm(p);
  for (std::size_t i = 0; i < p.size(); ++i) comparisons[i]->corrected = corrected[i];
}

std::string unit_of(const measure::Statistic& statistic, nn::OutputKind outputs) {
  const bool policys =
      statistic.unit == measure::kActionValue && outputs != nn::OutputKind::kValues;
  return std::string(policys ? nn::output_name(outputs) : statistic.unit);
}

/// One statistic of one measure, of all methods that have a value.
class StatisticSummary {
 public:
  StatisticSummary(const Contestants& contestants, const measure::BoundMeasure& measure,
                   const measure::Statistic& statistic, const Found& found, std::uint64_t seed)
      : agent_(contestants.agent->name),
        unit_(unit_of(statistic, contestants.agent->graph->output_kind())),
        measure_(measure.spec.text()),
        statistic_(statistic),
        seed_(seed) {
    for (std::size_t m = 0; m < contestants.methods.size(); ++m) {
      const auto at = found.numbers[m].find(std::string(statistic.id));
      if (at == found.numbers[m].end()) continue;
      methods_.push_back(contestants.methods[m].text());
      series_.push_back(&at->second);
    }
  }

  void add_to(EvaluationSummary& summary) const {
    add_rows(summary);
    add_pairs(summary);
  }

 private:
  void add_rows(EvaluationSummary& summary) const {
    const auto chance = std::ranges::find(methods_, kChance);
    std::vector<double> means;
    std::vector<SummaryRow> rows;
    for (std::size_t m = 0; m < methods_.size(); ++m) {
      const std::vector<measure::Cluster> clusters = clusters_of(*series_[m]);
      SummaryRow& row = rows.emplace_back();
      row.agent = agent_;
      row.method = methods_[m];
      row.measure = measure_;
      row.statistic = &statistic_;
      row.unit = unit_;
      row.mean = means.emplace_back(measure::mean(clusters));
      row.interval = measure::bootstrap(clusters, seed_);
      row.n = measure::count(clusters);
      row.episodes = std::ssize(clusters);
      row.compared = chance != methods_.end() && methods_[m] != kChance;
      if (row.compared) {
        const Series& random = *series_[static_cast<std::size_t>(chance - methods_.begin())];
        row.against_chance = compare(*series_[m], random, seed_);
      }
    }
    const std::vector<double> ranked = measure::ranks(means, statistic_.direction);
    std::vector<Comparison*> comparisons;
    for (std::size_t m = 0; m < rows.size(); ++m) {
      rows[m].rank = ranked[m];
      if (rows[m].compared) comparisons.push_back(&rows[m].against_chance);
    }
    correct(comparisons);
    summary.rows.insert(summary.rows.end(), rows.begin(), rows.end());
  }

  void add_pairs(EvaluationSummary& summary) const {
    const std::size_t first = summary.pairs.size();
    for (std::size_t a = 0; a < methods_.size(); ++a) {
      for (std::size_t b = a + 1; b < methods_.size(); ++b) {
        summary.pairs.push_back({agent_, measure_, &statistic_, methods_[a], methods_[b],
                                 compare(*series_[a], *series_[b], seed_)});
      }
    }
    std::vector<Comparison*> comparisons;
    for (std::size_t i = first; i < summary.pairs.size(); ++i)
      comparisons.push_back(&summary.pairs[i].comparison);
    correct(comparisons);
  }

  std::string agent_, unit_, measure_;
  const measure::Statistic& statistic_;
  std::uint64_t seed_;
  std::vector<std::string> methods_;
  std::vector<const Series*> series_;
};

}  // namespace

EvaluationSummary summarise(const Evaluation& evaluation, const Store& store) {
  const std::uint64_t seed = evaluation.question.seed;
  EvaluationSummary summary;
  for (const Contestants& contestants : evaluation.agents) {
    for (const measure::BoundMeasure& measure : evaluation.measures) {
      const Found found = read(contestants, measure, store);
      for (const measure::Statistic& statistic : measure.measure->statistics())
        StatisticSummary(contestants, measure, statistic, found, seed).add_to(summary);
      for (std::size_t m = 0; m < contestants.methods.size(); ++m) {
        for (const auto& [point, series] : found.points[m]) {
          const std::vector<measure::Cluster> clusters = clusters_of(series);
          summary.curves.push_back({contestants.agent->name, contestants.methods[m].text(),
                                    measure.spec.text(), point.first, point.second,
                                    measure::mean(clusters), measure::bootstrap(clusters, seed),
                                    measure::count(clusters)});
        }
      }
    }
  }
  return summary;
}

}  // namespace arcadecam::evaluate
