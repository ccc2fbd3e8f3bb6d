#include "app/report/evaluation_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "app/report/overview.h"
#include "app/report/report_data.h"
#include "app/report/report_page.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "arcadecam/explain/method.h"
#include "core/program_folder.h"

namespace arcadecam::app {
namespace {

constexpr std::uint64_t kLargestLibrary = 4 << 20;

/// How the agent plays, in a line.
std::string words(const atari::Protocol& protocol) {
  return fmt::format(
      "{}: {} frames per step, {} planes, sticky actions {}, no-ops at the start {} to {}, at most "
      "{} "
      "frames",
      protocol.name, protocol.frame_skip, protocol.stack, protocol.sticky_probability,
      protocol.noops_from, std::max(protocol.noops_from, protocol.noops_below - 1),
      protocol.max_frames);
}

ReportData agent_of(const evaluate::Contestants& contestants, const explain::Target& target) {
  const agent::Agent& agent = *contestants.agent;
  const game::ObjectTable* table = game::find_object_table(agent.game, agent.protocol);
  ReportData methods = ReportData::array();
  for (const explain::MethodSpec& method : contestants.methods) methods.push_back(method.text());
  return {{"name", agent.name},
          {"stage", agent.stage},
          {"game", agent.game.title},
          {"rom", agent.game.rom_md5},
          {"protocol", words(agent.protocol)},
          {"objects_left_out", table == nullptr ? "" : std::string(table->left_out)},
          {"sha256", agent.checkpoint.sha256},
          {"outputs", nn::output_words(agent.graph->output_kind())},
          {"explained", target.describe(*agent.graph, agent::action_names(agent))},
          {"states", contestants.states.size()},
          {"methods", methods}};
}

/// Every method once, of all agents.
ReportData methods_of(const evaluate::Evaluation& evaluation) {
  ReportData list = ReportData::array();
  for (const evaluate::Contestants& contestants : evaluation.agents) {
    for (const explain::MethodSpec& spec : contestants.methods) {
      const explain::Method& method = explain::find_method(spec.id);
      ReportData entry{
          {"text", spec.text()}, {"title", method.title}, {"citation", method.citation}};
      if (std::ranges::find(list.items(), entry) == list.items().end())
        list.push_back(std::move(entry));
    }
  }
  return list;
}

ReportData measures_of(const evaluate::Evaluation& evaluation) {
  ReportData list = ReportData::array();
  for (const measure::BoundMeasure& bound : evaluation.measures) {
    std::string parameters = fmt::format("every={}", bound.every);
    for (const explain::Param& param : bound.measure->params()) {
      if (param.key != "every")
        parameters += fmt::format(", {}={}", param.key, bound.params.text(param.key));
    }
    list.push_back({{"text", bound.spec.text()},
                    {"title", bound.measure->title},
                    {"citation", bound.measure->citation},
                    {"parameters", std::move(parameters)}});
  }
  return list;
}

std::string with_mark_replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), by);
  return text;
}

}  // namespace

void write_report(const std::filesystem::path& file, const evaluate::Evaluation& evaluation,
                  const evaluate::EvaluationSummary& summary, const evaluate::Store& store,
                  const evaluate::Store::Settings& settings) {
  ReportData data;
  data["version"] = ARCADECAM_VERSION;
  data["emulator"] = ARCADECAM_ALE_VERSION;
  data["target"] = evaluation.question.target.text();
  for (const char* list : {"settings", "agents", "states", "removals"})
    data[list] = ReportData::array();
  for (const auto& [key, value] : settings)
    data["settings"].push_back(ReportData::array({key, value}));
  data["settings"].push_back(
      ReportData::array({"--played-episodes", std::to_string(evaluation.played_episodes)}));
  for (const evaluate::Contestants& contestants : evaluation.agents) {
    data["agents"].push_back(agent_of(contestants, evaluation.question.target));
    ReportData states = report_states(contestants, evaluation, store);
    for (ReportData& state : states.items()) data["states"].push_back(std::move(state));
    if (ReportData removals = report_removals(contestants, evaluation, store); !removals.is_null())
      data["removals"].push_back(std::move(removals));
  }
  data["overview"] = ReportData::array();
  for (const OverviewColumn& column : overview_columns())
    data["overview"].push_back(ReportData::array({column.measure, column.statistic, column.title}));
  data["methods"] = methods_of(evaluation);
  data["measures"] = measures_of(evaluation);
  data["rows"] = report_rows(summary);
  data["curves"] = report_curves(summary);

  // No end tag inside the script that holds the data.
  std::string json = data.dump();
  for (std::size_t at = 0; (at = json.find("</", at)) != std::string::npos; at += 3)
    json.replace(at, 2, "<\\/");
  const std::vector<std::uint8_t> library =
      read_file(data_file("chart.min.js", ARCADECAM_CHARTS), kLargestLibrary);
  std::string page(kReportPage);
  page = with_mark_replaced(std::move(page), "/*CHARTS*/",
                            {reinterpret_cast<const char*>(library.data()), library.size()});
  OutputFile output(file);
  output.write(with_mark_replaced(std::move(page), "/*DATA*/", json));
  output.commit();
}

}  // namespace arcadecam::app
