#include "app/evaluation_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "app/report_page.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "evaluate/context.h"
#include "render/color_map.h"
#include "render/data_uri.h"
#include "render/image.h"
#include "render/overlay.h"

namespace arcadecam::app {
namespace {

using Json = nlohmann::ordered_json;

/// By what states are called faithful: how well the decision lives on what the map shows first,
/// less how well it lives without it.
constexpr std::array<std::pair<std::string_view, double>, 2> kFaithful{
    {{"insertion-blur-advantage", 1.0}, {"deletion-blur-advantage", -1.0}}};
constexpr std::size_t kShownStates = 3, kShownMethods = 6;
constexpr std::uint64_t kLargestLibrary = 4 << 20;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json rows_of(const evaluate::Summary& summary) {
  Json rows = Json::array();
  for (const evaluate::SummaryRow& row : summary.rows) {
    Json& entry = rows.emplace_back(Json{{"agent", row.agent},
                                         {"method", row.method},
                                         {"measure", row.measure},
                                         {"statistic", row.statistic->id},
                                         {"title", row.statistic->title},
                                         {"direction", evaluate::words(row.statistic->direction)},
                                         {"unit", row.statistic->unit},
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

Json curves_of(const evaluate::Summary& summary) {
  Json curves = Json::array();
  for (const evaluate::CurveRow& row : summary.curves) {
    curves.push_back(
        Json::array({row.agent, row.method, row.measure, row.curve, number(row.at),
                     number(row.mean), number(row.interval.low), number(row.interval.high)}));
  }
  return curves;
}

/// The states of one agent in the order of the first method's faithfulness, least first; empty
/// where that was not measured.
std::vector<std::pair<double, const evaluate::State*>> by_faithfulness(
    const evaluate::Contestants& contestants, const evaluate::Evaluation& evaluation,
    const evaluate::Store& store) {
  const auto measure = std::ranges::find(evaluation.measures, "insertion-deletion",
                                         [](const auto& bound) { return bound.measure->id; });
  if (measure == evaluation.measures.end()) return {};
  std::map<std::pair<std::int64_t, std::int64_t>, std::pair<double, int>> scores;
  for (const evaluate::Row& row : store.rows(
           contestants.agent->name, contestants.methods.front().text(), measure->spec.text())) {
    if (!row.is_number()) continue;
    for (const auto& [statistic, sign] : kFaithful) {
      if (row.finding.statistic != statistic) continue;
      auto& [sum, terms] = scores[{row.episode, row.step}];
      sum += sign * row.finding.value;
      ++terms;
    }
  }
  std::vector<std::pair<double, const evaluate::State*>> states;
  for (const evaluate::State& state : contestants.states) {
    const auto at = scores.find({state.episode, state.step});
    if (at == scores.end() || at->second.second != std::ssize(kFaithful)) continue;
    states.emplace_back(at->second.first, &state);
  }
  std::ranges::stable_sort(states, {}, &std::pair<double, const evaluate::State*>::first);
  return states;
}

/// The screen of each of these states, plain and with the maps of the first methods on it.
Json pictures_of(const evaluate::Contestants& contestants, const evaluate::Evaluation& evaluation,
                 const evaluate::Store& store) {
  const auto ordered = by_faithfulness(contestants, evaluation, store);
  const std::size_t shown = std::min(kShownStates, ordered.size() / 2);
  std::vector<std::pair<double, const evaluate::State*>> chosen(
      ordered.rbegin(), ordered.rbegin() + static_cast<std::ptrdiff_t>(shown));
  chosen.insert(chosen.end(), ordered.begin(),
                ordered.begin() + static_cast<std::ptrdiff_t>(shown));
  Json result = Json::array();
  if (chosen.empty()) return result;

  evaluate::Context context(*contestants.agent, evaluation.question);
  std::vector<const evaluate::State*> states;
  std::vector<render::Image> screens;
  for (const auto& [score, state] : chosen) {
    if (!state->snapshot) return result;
    states.push_back(state);
    context.environment().restore(*state->snapshot);
    const ByteTensorView screen = context.environment().emulator().screen_rgb();
    screens.emplace_back(ByteTensor(screen.shape(), screen.values()));
    const auto action = static_cast<std::size_t>(state->action);
    result.push_back(
        {{"agent", contestants.agent->name},
         {"kind", result.size() < shown ? "most" : "least"},
         {"score", number(score)},
         {"episode", state->episode},
         {"step", state->step},
         {"action",
          game::kActionNames[static_cast<std::size_t>(context.environment().actions()[action])]},
         {"game", render::png_data_uri(screens.back())},
         {"maps", Json::array()}});
  }
  const render::ScreenOverlayStyle style{render::color_map("turbo")};
  for (std::size_t m = 0; m < std::min(kShownMethods, contestants.methods.size()); ++m) {
    context.use(contestants.methods[m]);
    std::size_t i = 0;
    context.explain_states(states, [&](const evaluate::Subject& subject) {
      result[i]["maps"].push_back(
          {contestants.methods[m].text(), render::png_data_uri(render::screen_overlay(
                                              screens[i], subject.attribution.map.view(), style))});
      ++i;
    });
  }
  return result;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), by);
  return text;
}

}  // namespace

void write_report(const std::filesystem::path& file, const evaluate::Evaluation& evaluation,
                  const evaluate::Summary& summary, const evaluate::Store& store,
                  const evaluate::Store::Settings& settings) {
  Json data;
  data["settings"] = Json::array();
  for (const auto& [key, value] : settings) data["settings"].push_back({key, value});
  data["version"] = ARCADECAM_VERSION;
  data["target"] = evaluation.question.target.text();
  data["agents"] = data["states"] = data["measures"] = Json::array();
  for (const evaluate::Contestants& contestants : evaluation.agents) {
    const agent::Agent& agent = *contestants.agent;
    Json methods = Json::array();
    for (const explain::MethodSpec& method : contestants.methods) methods.push_back(method.text());
    data["agents"].push_back({{"name", agent.name},
                              {"stage", agent.stage},
                              {"game", agent.game.title},
                              {"protocol", agent.protocol.name},
                              {"sha256", agent.checkpoint.sha256},
                              {"states", contestants.states.size()},
                              {"methods", methods}});
    for (Json& state : pictures_of(contestants, evaluation, store))
      data["states"].push_back(std::move(state));
  }
  for (const evaluate::BoundMeasure& measure : evaluation.measures) {
    data["measures"].push_back({{"text", measure.spec.text()},
                                {"title", measure.measure->title},
                                {"citation", measure.measure->citation}});
  }
  data["rows"] = rows_of(summary);
  data["curves"] = curves_of(summary);

  // No end tag inside the script that holds the data.
  std::string json = data.dump();
  for (std::size_t at = 0; (at = json.find("</", at)) != std::string::npos; at += 3)
    json.replace(at, 2, "<\\/");
  const std::vector<std::uint8_t> library = read_file(ARCADECAM_CHARTS, kLargestLibrary);
  std::string page(kReportPage);
  page = replaced(std::move(page), "/*CHARTS*/",
                  {reinterpret_cast<const char*>(library.data()), library.size()});
  OutputFile output(file);
  output.write(replaced(std::move(page), "/*DATA*/", json));
  output.commit();
}

}  // namespace arcadecam::app
