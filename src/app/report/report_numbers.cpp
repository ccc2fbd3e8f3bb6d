#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <tuple>

#include "app/report/report_data.h"

namespace arcadecam::app {
namespace {

constexpr std::size_t kMostPoints = 1500;

ReportData number(double value) {
  return std::isfinite(value) ? ReportData(value) : ReportData(nullptr);
}

/// As many digits as a chart can show.
double rounded(double value) {
  return std::stod(fmt::format("{:.4g}", value));
}

/// An object in a state.
using Place = std::tuple<std::int64_t, std::int64_t, std::string>;

/// What one method found about every object, by statistic.
std::map<Place, std::map<std::string, double>> objects_of(const std::vector<evaluate::Row>& rows) {
  std::map<Place, std::map<std::string, double>> found;
  for (const evaluate::Row& row : rows) {
    if (row.finding.object.empty()) continue;
    found[{row.episode, row.step, row.finding.object}][row.finding.statistic] = row.finding.value;
  }
  return found;
}

}  // namespace

ReportData report_rows(const evaluate::EvaluationSummary& summary) {
  ReportData rows = ReportData::array();
  for (const evaluate::SummaryRow& row : summary.rows) {
    ReportData& entry =
        rows.push_back(ReportData{{"agent", row.agent},
                                  {"method", row.method},
                                  {"measure", row.measure},
                                  {"statistic", row.statistic->id},
                                  {"title", row.statistic->title},
                                  {"direction", measure::words(row.statistic->direction)},
                                  {"unit", row.unit},
                                  {"mean", number(row.mean)},
                                  {"low", number(row.interval.low)},
                                  {"high", number(row.interval.high)},
                                  {"n", row.n},
                                  {"episodes", row.episodes},
                                  {"rank", number(row.rank)}});
    if (!row.compared) continue;
    entry["difference"] = number(row.against_chance.difference);
    entry["effect"] = number(row.against_chance.effect);
    entry["p"] = number(row.against_chance.corrected);
  }
  return rows;
}

ReportData report_curves(const evaluate::EvaluationSummary& summary) {
  ReportData curves = ReportData::array();
  for (const evaluate::CurveRow& row : summary.curves) {
    curves.push_back(
        ReportData::array({row.agent, row.method, row.measure, row.curve, number(row.at),
                           number(row.mean), number(row.interval.low), number(row.interval.high)}));
  }
  return curves;
}

ReportData report_removals(const evaluate::Contestants& contestants,
                           const evaluate::Evaluation& evaluation, const evaluate::Store& store) {
  const auto measure = std::ranges::find(evaluation.measures, "causal",
                                         [](const auto& bound) { return bound.measure->id; });
  if (measure == evaluation.measures.end()) return nullptr;
  std::map<std::string, std::string> kind_of;
  for (const measure::State& state : contestants.states) {
    for (const explain::Object& object : state.objects) kind_of[object.name] = object.kind;
  }
  std::vector<std::map<Place, std::map<std::string, double>>> found;
  std::map<Place, double> effects;  // of all methods: a map that says nothing has none
  for (const explain::MethodSpec& method : contestants.methods) {
    found.push_back(
        objects_of(store.rows(contestants.agent->name, method.text(), measure->spec.text())));
    for (const auto& [place, numbers] : found.back())
      effects[place] = std::abs(numbers.at("advantage-change"));
  }
  if (effects.empty()) return nullptr;

  std::vector<Place> shown;
  std::vector<std::string> kinds;
  const std::size_t count = std::min(kMostPoints, effects.size());
  auto at = effects.begin();
  for (std::size_t i = 0, place = 0; i < count; ++i) {
    for (; place < i * effects.size() / count; ++place) ++at;
    shown.push_back(at->first);
  }
  ReportData points = ReportData::array(), masses = ReportData::object();
  for (const Place& place : shown) {
    const std::string& kind = kind_of[std::get<2>(place)];
    auto known = std::ranges::find(kinds, kind);
    if (known == kinds.end()) known = kinds.insert(kinds.end(), kind);
    points.push_back(ReportData::array({known - kinds.begin(), rounded(effects[place])}));
  }
  for (std::size_t m = 0; m < found.size(); ++m) {
    ReportData& list = masses[contestants.methods[m].text()] = ReportData::array();
    for (const Place& place : shown) {
      const auto numbers = found[m].find(place);
      list.push_back(numbers == found[m].end() ? ReportData(nullptr)
                                               : ReportData(rounded(numbers->second.at("mass"))));
    }
  }
  return {{"agent", contestants.agent->name},
          {"kinds", kinds},
          {"found", effects.size()},
          {"points", std::move(points)},
          {"masses", std::move(masses)}};
}

}  // namespace arcadecam::app
