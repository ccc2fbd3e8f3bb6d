#include "app/report/trajectory_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "app/report/line_chart.h"
#include "arcadecam/core/files.h"
#include "atari/titles.h"
#include "core/counted.h"
#include "render/number_words.h"

namespace arcadecam::app {
namespace {

constexpr const char* kTrajectoryHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Attention over training</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; color: #1b1b1f; background: #fff; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.7rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; } h2, h3 { break-after: avoid; overflow-wrap: anywhere; }
  .note { color: #555; font-size: .92rem; max-width: 50rem; }
  .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1.2rem; }
  figure { margin: 0; break-inside: avoid; } figcaption { font-weight: 600; font-size: .92rem; overflow-wrap: anywhere; }
  .chart > svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: #1b1b1f; } .grid { stroke: #ddd; }
  .key { display: flex; flex-wrap: wrap; gap: .2rem .9rem; font-size: .85rem; margin: 0; } .stroke { width: 28px; height: 8px; margin-right: .3rem; }
  table { border-collapse: collapse; font-size: .88rem; margin: .6rem 0; } th, td { padding: .2rem .55rem; border-bottom: 1px solid #ccc; text-align: left; font-variant-numeric: tabular-nums; }
  tr { break-inside: avoid; } .scroll { overflow-x: auto; }
  .film { display: flex; flex-wrap: wrap; gap: .6rem; } .film figure { width: 8.4rem; } .film img { width: 100%; display: block; image-rendering: pixelated; } .film figcaption { font-weight: 400; font-size: .75rem; }
  .pair figure { width: 15rem; }
  @media print { body { max-width: none; margin: 0; font-size: 10px; } .charts { grid-template-columns: 1fr 1fr; } .scroll { overflow: visible; } }
</style></head><body>
<h1>Attention over training</h1>
<p class="note">Share: how much of the map lies on the object, averaged over states. Effect: how much the advantage of the action changes when the object is
taken away from the picture, as a size, averaged over states. Score: of the episodes played. Bands are 95 % intervals of a bootstrap over runs; one run has
none. Dotted strokes are change points: steps from which on the mean is another, found by shuffling the steps. That test takes steps for independent, which
they are not quite: read it as a pointer, not as a proof.</p>
)";

std::string title_of(const sweep::TrackedQuantity& quantity) {
  if (quantity.name == "share") return "Share of the map (" + quantity.method + ")";
  if (quantity.name == "effect") return "Effect of the removal";
  return "Score";
}

/// All parts of one game that belong into one chart: those of a quantity and a method.
std::string charts_of(const std::vector<const TrajectoryPart*>& parts) {
  std::map<std::pair<std::string, std::string>, std::vector<ChartLine>> charts;
  std::map<std::pair<std::string, std::string>, std::string> titles;
  // What taking an object away does is the same under every method.
  std::set<std::string> effects;
  for (const TrajectoryPart* part : parts) {
    const sweep::TrackedQuantity& quantity = part->quantity;
    const bool effect = quantity.name == "effect";
    if (effect && !effects.insert(quantity.object).second) continue;
    const std::pair<std::string, std::string> key{
        quantity.name == "score" ? "0" : (effect ? "2" : "1"), effect ? "" : quantity.method};
    titles[key] = title_of(quantity);
    ChartLine& line = charts[key].emplace_back();
    line.name = quantity.object.empty() ? "score" : quantity.object;
    for (const sweep::TrajectoryPoint& point : part->points)
      line.points.push_back({static_cast<double>(point.step), point.mean, point.low, point.high});
    for (const sweep::ChangePoint& change : part->changes)
      line.marks.push_back(static_cast<double>(part->points[change.at].step));
  }
  std::string html = "<div class='charts'>\n";
  for (const auto& [key, lines] : charts) html += line_chart(titles[key], "training step", lines);
  return html + "</div>\n";
}

std::string what_of(const sweep::TrackedQuantity& quantity) {
  if (quantity.object.empty()) return "<td>score</td><td></td><td></td>";
  return fmt::format("<td>{}</td><td>{}</td><td>{}</td>", html_text(quantity.object),
                     html_text(quantity.name), html_text(quantity.method));
}

std::string changes_table(const std::vector<const TrajectoryPart*>& parts) {
  std::string rows;
  for (const TrajectoryPart* part : parts) {
    for (const sweep::ChangePoint& change : part->changes) {
      rows += fmt::format("<tr>{}<td>{}</td><td>{}</td><td>{}</td><td>{:.3g}</td></tr>\n",
                          what_of(part->quantity), part->points[change.at].step,
                          chart_number(change.before), chart_number(change.after), change.p);
    }
  }
  if (rows.empty()) return "<p class='note'>No mean changes at any step (p ≤ 0.05).</p>\n";
  return "<div class='scroll'><table><tr><th>of</th><th>quantity</th><th>method</th><th>from "
         "step</th><th>before</th><th>after</th><th>p</th></tr>\n" +
         rows + "</table></div>\n";
}

/// "3 checkpoints before the score".
std::string lead_words(int lead) {
  if (lead == 0) return "together with the score";
  return fmt::format("{} {} the score", counted(std::abs(lead), "checkpoint"),
                     lead > 0 ? "before" : "after");
}

std::string leads_table(const std::vector<const TrajectoryPart*>& parts) {
  std::string rows;
  for (const TrajectoryPart* part : parts) {
    if (part->lead.runs == 0) continue;
    rows +=
        fmt::format("<tr>{}<td>{}</td><td>{}</td><td>{:.3g}</td><td>{:.3g}</td><td>{}</td></tr>\n",
                    what_of(part->quantity), lead_words(part->lead.lead),
                    render::number_words(part->lead.correlation, 2), part->lead.p, part->corrected,
                    part->lead.runs);
  }
  if (rows.empty()) {
    return "<p class='note'>There are too few checkpoints with a score to tell what comes "
           "first.</p>\n";
  }
  return "<p class='note'>The correlation is that of changes from one checkpoint to the next, at "
         "the shift where it is largest. p comes from putting the changes into random order; "
         "p (Holm) is corrected over the rows.</p>"
         "<div class='scroll'><table><tr><th>of</th><th>quantity</th><th>method</th><th>changes "
         "come</th><th>correlation</th><th>p</th><th>p (Holm)</th><th>runs</th></tr>\n" +
         rows + "</table></div>\n";
}

std::string frame_of(const FilmFrame& frame) {
  return fmt::format(
      "<figure><img src='{}' alt='map at step {}'><figcaption>step {}: {}</figcaption></figure>\n",
      frame.picture, frame.step, frame.step, html_text(frame.action));
}

std::string film_of(const TrajectoryFilm& film) {
  if (film.frames.empty()) return {};
  const std::string run = film.run.empty() ? "" : ", run " + html_text(film.run);
  return "<h3>First and last map of one state (" + html_text(film.method) + run +
         ")</h3>\n<div class='film pair'>" + frame_of(film.frames.front()) +
         frame_of(film.frames.back()) +
         "</div>\n<h3>The same state through training</h3>\n<div class='film'>" +
         [&] {
           std::string frames;
           for (const FilmFrame& frame : film.frames) frames += frame_of(frame);
           return frames;
         }() +
         "</div>\n";
}

}  // namespace

void write_trajectory_page(const std::filesystem::path& file,
                           const std::vector<TrajectoryPart>& parts,
                           const std::vector<TrajectoryFilm>& films) {
  std::map<std::string, std::vector<const TrajectoryPart*>> games;
  for (const TrajectoryPart& part : parts) games[part.quantity.game].push_back(&part);
  OutputFile page(file);
  page.write(kTrajectoryHead);
  for (const auto& [game, of_game] : games) {
    page.write("<h2>" + html_text(atari::title_of(game)) + "</h2>\n" + charts_of(of_game) +
               "<h3>Change points</h3>\n" + changes_table(of_game) +
               "<h3>Before or after the score?</h3>\n" + leads_table(of_game));
    for (const TrajectoryFilm& film : films) {
      if (film.game == game) page.write(film_of(film));
    }
  }
  page.write("</body></html>\n");
  page.commit();
}

}  // namespace arcadecam::app
