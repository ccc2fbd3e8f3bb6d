#include "evaluate/measures.h"

#include <fmt/format.h>

#include "app/bibliography.h"
#include "app/command.h"
#include "core/json_text.h"

namespace arcadecam::app {
namespace {

/// What it does beside looking at the map.
std::string_view needs_of(const measure::Needs& needs) {
  if (needs.plays) return "plays episodes";
  if (needs.all_states) return "compares the maps of all states";
  if (needs.game) return "restores states in the game";
  if (needs.explanations) return "explains changed observations or networks";
  if (needs.passes) return "runs the network on changed observations";
  return "looks at the map alone";
}

using Measures = std::vector<const measure::Measure*>;

void print_json_measures(const Measures& measures) {
  auto list = JsonText::array();
  for (const measure::Measure* measure : measures) {
    auto params = JsonText::array(), statistics = params;
    for (const explain::Param& param : params_of(*measure))
      params.push_back(
          {{"key", param.key}, {"default", param.default_value}, {"help", param.help}});
    for (const measure::Statistic& statistic : measure->statistics()) {
      statistics.push_back({{"id", statistic.id},
                            {"title", statistic.title},
                            {"direction", measure::words(statistic.direction)},
                            {"unit", statistic.unit}});
    }
    list.push_back({{"id", measure->id},
                    {"title", measure->title},
                    {"citation", measure->citation},
                    {"needs", needs_of(measure->needs)},
                    {"params", params},
                    {"statistics", statistics}});
  }
  fmt::print("{}\n", list.dump(2));
}

void print_text_measures(const Measures& measures) {
  for (const measure::Measure* measure : measures) {
    fmt::print("{}\n    {}; {}\n    {}\n", measure->id, measure->title, needs_of(measure->needs),
               measure->citation);
    for (const measure::Statistic& statistic : measure->statistics()) {
      fmt::print("      {}  {}; {}{}{}\n", statistic.id, statistic.title,
                 measure::words(statistic.direction), statistic.unit.empty() ? "" : "; ",
                 statistic.unit);
    }
    fmt::print("    parameters:\n");
    for (const explain::Param& param : params_of(*measure))
      fmt::print("      {}={}  {}\n", param.key, param.default_value, param.help);
  }
}

void print_bibtex_measures(const Measures& measures) {
  std::vector<Citing> list;
  for (const measure::Measure* measure : measures) list.push_back({measure->id, measure->citation});
  fmt::print("{}", bibtex_of(list));
}

struct MeasuresOptions {
  std::vector<std::string> names;
  bool json = false, bibtex = false;

  /// The measures that are named, or all.
  [[nodiscard]] Measures measures() const {
    const auto all = evaluate::measures();
    if (names.empty()) return {all.begin(), all.end()};
    Measures named;
    for (const std::string& name : names)
      named.push_back(&measure::find_measure(name, evaluate::measures()));
    return named;
  }
};

void define_measures(Arguments& command) {
  const auto options = std::make_shared<MeasuresOptions>();
  command.add_option("MEASURE", options->names, "only these measures (default: all)");
  auto* json = command.add_flag("--json", options->json, "as JSON");
  command
      .add_flag("--bibtex", options->bibtex,
                "a BibTeX file of the works that the measures come from")
      ->excludes(json);
  command.callback([options] {
    const Measures measures = options->measures();
    if (options->bibtex) return print_bibtex_measures(measures);
    options->json ? print_json_measures(measures) : print_text_measures(measures);
  });
}

}  // namespace

extern constinit const Command measures_entry{
    "measures", "List the measures of `evaluate`: statistics, directions, parameters, sources",
    define_measures};

}  // namespace arcadecam::app
