#include "app/vary_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/files.h"
#include "core/counted.h"
#include "render/number_words.h"
#include "sweep/csv.h"

namespace arcadecam::app {
namespace {

using sweep::csv_number, sweep::csv_line, sweep::CsvFields;

/// A file of lines.
class CsvOutput {
 public:
  CsvOutput(const std::filesystem::path& file, const CsvFields& head) : file_(file) { add(head); }
  void add(const CsvFields& fields) { file_.write(csv_line(fields) + "\n"); }
  void commit() { file_.commit(); }

 private:
  OutputFile file_;
};

JsonText interval_json(const measure::Interval& interval) {
  return JsonText::array({interval.low, interval.high});
}

std::string touches_of(const PlayedVariation& game) {
  return game.variation == nullptr ? std::string() : touched_words(*game.variation);
}

void write_variations(const std::filesystem::path& file, const VaryResults& results) {
  CsvOutput table(file, {"agent", "game", "variation", "touches", "episodes", "score", "score_low",
                         "score_high", "change", "change_low", "change_high", "p"});
  for (const auto& [agent, games] : results.agents) {
    for (const PlayedVariation& game : games) {
      const evaluate::Effect& effect = game.effect;
      CsvFields line{agent.name,
                     agent.game.name,
                     game.name(),
                     touches_of(game),
                     std::to_string(game.scores.size()),
                     csv_number(effect.score),
                     csv_number(effect.score_interval.low),
                     csv_number(effect.score_interval.high)};
      // The game as it is has no change.
      const bool plain = game.variation == nullptr;
      for (const double value :
           {effect.change, effect.interval.low, effect.interval.high, effect.p})
        line.push_back(plain ? std::string() : csv_number(value));
      table.add(line);
    }
  }
  table.commit();
}

void write_episodes(const std::filesystem::path& file, const VaryResults& results) {
  CsvOutput table(file, {"agent", "variation", "episode", "score", "steps"});
  for (const auto& [agent, games] : results.agents) {
    for (const PlayedVariation& game : games) {
      for (std::size_t i = 0; i < game.scores.size(); ++i)
        table.add({agent.name, game.name(), std::to_string(i), csv_number(game.scores[i]),
                   csv_number(game.steps[i])});
    }
  }
  table.commit();
}

void write_attention(const std::filesystem::path& file, const VaryResults& results) {
  CsvOutput table(
      file, {"agent", "variation", "touches", "method", "mass", "size", "over_chance", "states"});
  for (std::size_t agent = 0; agent < results.agents.size(); ++agent) {
    const PlayedAgent& played = results.agents[agent];
    for (std::size_t method = 0; method < results.methods.size(); ++method) {
      for (std::size_t v = 1; v < played.games.size(); ++v) {
        const evaluate::Attention& one = results.attention[agent][method][v - 1];
        table.add({played.agent.name, played.games[v].name(), touches_of(played.games[v]),
                   results.methods[method].text(), csv_number(one.mass), csv_number(one.size),
                   csv_number(one.mass / one.size), std::to_string(one.states)});
      }
    }
  }
  table.commit();
}

void write_foresight(const std::filesystem::path& file, const VaryResults& results) {
  CsvOutput table(
      file, {"forecast", "variations", "things", "with_loss", "low", "high", "p", "with_change",
             "change_low", "change_high", "minus_random", "minus_low", "minus_high"});
  for (const evaluate::Foresight& one : results.foresight) {
    table.add({one.name, std::to_string(one.variations), std::to_string(one.things),
               csv_number(one.with_loss), csv_number(one.loss_interval.low),
               csv_number(one.loss_interval.high), csv_number(one.p), csv_number(one.with_change),
               csv_number(one.change_interval.low), csv_number(one.change_interval.high),
               csv_number(one.minus_first), csv_number(one.minus_interval.low),
               csv_number(one.minus_interval.high)});
  }
  table.commit();
}

JsonText agent_json(const VaryResults& results, std::size_t at) {
  const auto& [agent, games] = results.agents[at];
  auto variations = JsonText::array();
  for (std::size_t v = 0; v < games.size(); ++v) {
    const PlayedVariation& game = games[v];
    JsonText one{{"name", game.name()},
                 {"score", game.effect.score},
                 {"score_interval", interval_json(game.effect.score_interval)},
                 {"scores", game.scores}};
    if (game.variation != nullptr) {
      one["summary"] = game.variation->summary;
      one["touches"] = game.variation->touches;
      one["change"] = game.effect.change;
      one["interval"] = interval_json(game.effect.interval);
      one["p"] = game.effect.p;
      if (!results.methods.empty()) {
        auto attention = JsonText::object();
        for (std::size_t m = 0; m < results.methods.size(); ++m) {
          const evaluate::Attention& of = results.attention[at][m][v - 1];
          attention[results.methods[m].text()] = {
              {"mass", of.mass}, {"size", of.size}, {"states", of.states}};
        }
        one["attention"] = attention;
      }
    }
    variations.push_back(std::move(one));
  }
  return {{"agent", agent.name}, {"game", agent.game.name}, {"variations", variations}};
}

std::string vary_number(double value) {
  return std::isfinite(value) ? render::number_words(value, 2) : "–";
}

std::string vary_number(const measure::Interval& interval) {
  return std::isfinite(interval.low)
             ? fmt::format("{} … {}", vary_number(interval.low), vary_number(interval.high))
             : "–";
}

/// Of UTF-8, each as wide as the others.
std::size_t letters(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }));
}

/// Cells in columns that are as wide as their widest; the first ones flush left.
void print_columns(const std::vector<CsvFields>& lines, std::size_t flush_left) {
  std::vector<std::size_t> widths(lines.front().size(), 0);
  for (const CsvFields& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], letters(line[i]));
  }
  for (const CsvFields& line : lines) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string blanks(widths[i] - letters(line[i]), ' ');
      text += (i == 0 ? "  " : "   ") + (i < flush_left ? line[i] + blanks : blanks + line[i]);
    }
    while (text.ends_with(' ')) text.pop_back();
    fmt::print("{}\n", text);
  }
}

}  // namespace

std::vector<std::string> vary_files(bool maps) {
  std::vector<std::string> files{"variations.csv", "episodes.csv", "vary.json"};
  if (maps) files.insert(files.end(), {"attention.csv", "foresight.csv"});
  return files;
}

std::string touched_words(const game::Variation& variation) {
  return fmt::format("{}", fmt::join(variation.touches, ", "));
}

void write_vary_tables(const std::filesystem::path& folder, const VaryResults& results,
                       const JsonText& settings) {
  write_variations(folder / "variations.csv", results);
  write_episodes(folder / "episodes.csv", results);
  auto agents = JsonText::array(), forecasts = JsonText::array();
  for (std::size_t at = 0; at < results.agents.size(); ++at)
    agents.push_back(agent_json(results, at));
  JsonText all{{"settings", settings}, {"agents", agents}};
  if (!results.methods.empty()) {
    write_attention(folder / "attention.csv", results);
    write_foresight(folder / "foresight.csv", results);
    for (const evaluate::Foresight& one : results.foresight) {
      forecasts.push_back({{"forecast", one.name},
                           {"variations", one.variations},
                           {"things", one.things},
                           {"with_loss", one.with_loss},
                           {"interval", interval_json(one.loss_interval)},
                           {"p", one.p},
                           {"with_change", one.with_change},
                           {"change_interval", interval_json(one.change_interval)},
                           {"minus_random", one.minus_first},
                           {"minus_interval", interval_json(one.minus_interval)}});
    }
    all["foresight"] = forecasts;
  }
  OutputFile file(folder / "vary.json");
  file.write(all.dump(2) + "\n");
  file.commit();
}

void print_vary_tables(const VaryResults& results) {
  for (const auto& [agent, games] : results.agents) {
    fmt::print("{} ({}), {}; in brackets 95 %, of the change over pairs of episodes\n", agent.name,
               agent.game.title, counted(std::ssize(games.front().scores), "episode"));
    std::vector<CsvFields> lines{{"VARIATION", "TOUCHES", "SCORE", "", "CHANGE", "", "P"}};
    for (const PlayedVariation& game : games) {
      const evaluate::Effect& effect = game.effect;
      const bool plain = game.variation == nullptr;
      lines.push_back({game.name(), touches_of(game), vary_number(effect.score),
                       "(" + vary_number(effect.score_interval) + ")",
                       plain ? "" : vary_number(effect.change),
                       plain ? "" : "(" + vary_number(effect.interval) + ")",
                       plain ? "" : fmt::format("{:.4f}", effect.p)});
    }
    print_columns(lines, 2);
  }
  if (results.foresight.empty()) return;
  fmt::print(
      "rank correlation of attention with the loss of score, over {} of {}{}; in brackets 95 %\n",
      counted(results.foresight.front().variations, "variation"),
      counted(results.foresight.front().things, "thing"),
      results.agents.size() > 1 ? ", ranked within each agent" : "");
  std::vector<CsvFields> lines{{"FORECAST", "LOSS", "", "P", "MINUS RANDOM", "", "CHANGE", ""}};
  for (const evaluate::Foresight& one : results.foresight) {
    lines.push_back({one.name, vary_number(one.with_loss),
                     "(" + vary_number(one.loss_interval) + ")", fmt::format("{:.3f}", one.p),
                     vary_number(one.minus_first), "(" + vary_number(one.minus_interval) + ")",
                     vary_number(one.with_change), "(" + vary_number(one.change_interval) + ")"});
  }
  print_columns(lines, 1);
}

}  // namespace arcadecam::app
