#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>

#include "app/report/report_data.h"
#include "evaluate/game_context.h"
#include "picture/color_map.h"
#include "picture/image.h"
#include "picture/overlay.h"
#include "render/data_uri.h"

namespace arcadecam::app {
namespace {

/// By what states are called faithful: how well the decision lives on what the map shows first,
/// less how well it lives without it.
constexpr std::array<std::pair<std::string_view, double>, 2> kFaithful{
    {{"insertion-blur-advantage", 1.0}, {"deletion-blur-advantage", -1.0}}};
constexpr std::size_t kShownStates = 3, kFilmedStates = 8, kShownMethods = 6;

struct Shown {
  std::string_view kind;
  ReportData score;
  const measure::State* state;
};

/// The states of one agent in the order of the first method's faithfulness, least first; empty
/// where that was not measured.
std::vector<std::pair<double, const measure::State*>> by_faithfulness(
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
  std::vector<std::pair<double, const measure::State*>> states;
  for (const measure::State& state : contestants.states) {
    const auto at = scores.find({state.episode, state.step});
    if (at == scores.end() || at->second.second != std::ssize(kFaithful)) continue;
    states.emplace_back(at->second.first, &state);
  }
  std::ranges::stable_sort(states, {}, &std::pair<double, const measure::State*>::first);
  return states;
}

std::vector<Shown> chosen(const evaluate::Contestants& contestants,
                          const evaluate::Evaluation& evaluation, const evaluate::Store& store) {
  std::vector<Shown> list;
  const auto ordered = by_faithfulness(contestants, evaluation, store);
  const std::size_t extreme = std::min(kShownStates, ordered.size() / 2);
  for (std::size_t i = 0; i < extreme; ++i) {
    const auto& [score, state] = ordered[ordered.size() - 1 - i];
    list.push_back({"most", score, state});
  }
  for (std::size_t i = 0; i < extreme; ++i)
    list.push_back({"least", ordered[i].first, ordered[i].second});
  const std::vector<measure::State>& all = contestants.states;
  const std::size_t filmed = std::min(kFilmedStates, all.size());
  for (std::size_t i = 0; i < filmed; ++i)
    list.push_back({"film", nullptr, &all[i * all.size() / filmed]});
  return list;
}

}  // namespace

ReportData report_states(const evaluate::Contestants& contestants,
                         const evaluate::Evaluation& evaluation, const evaluate::Store& store) {
  ReportData result = ReportData::array();
  evaluate::GameContext context(*contestants.agent, evaluation.question, contestants.snapshots);
  std::vector<const measure::State*> states;
  std::vector<picture::Image> screens;
  for (const auto& [kind, score, state] : chosen(contestants, evaluation, store)) {
    const game::Snapshot* snapshot = context.snapshot(*state);
    if (snapshot == nullptr) return ReportData::array();
    states.push_back(state);
    context.environment().restore(*snapshot);
    const ByteTensorView screen = context.environment().emulator().screen_rgb();
    screens.emplace_back(ByteTensor(screen.shape(), screen.values()));
    const auto action = static_cast<std::size_t>(state->action);
    result.push_back(
        {{"agent", contestants.agent->name},
         {"kind", kind},
         {"score", score},
         {"episode", state->episode},
         {"step", state->step},
         {"action",
          atari::kActionNames[static_cast<std::size_t>(context.environment().actions()[action])]},
         {"game", render::png_data_uri(screens.back())},
         {"maps", ReportData::array()}});
  }
  const picture::ScreenOverlayStyle style{.colors = picture::color_map("turbo"),
                                          .max_opacity = 0.85,
                                          .part = context.environment().seen()};
  for (std::size_t m = 0; m < std::min(kShownMethods, contestants.methods.size()); ++m) {
    context.use(contestants.methods[m]);
    std::size_t i = 0;
    context.explain_states(states, [&](const measure::Subject& subject) {
      result.items()[i]["maps"].push_back(ReportData::array(
          {contestants.methods[m].text(),
           render::png_data_uri(picture::screen_overlay(picture::dimmed_grey(screens[i]),
                                                        subject.attribution.map.view(), style))}));
      ++i;
    });
  }
  return result;
}

}  // namespace arcadecam::app
