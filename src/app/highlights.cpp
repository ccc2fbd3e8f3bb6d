#include "app/highlights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/progress.h"
#include "app/recorded_run.h"
#include "episode/chosen_steps.h"
#include "episode/filter_sink.h"
#include "episode/moments_sink.h"
#include "render/compare_grid.h"
#include "render/step_words.h"

namespace arcadecam::app {
namespace {

/// How far apart the action values of every step are.
std::vector<episode::ScoredStep> importance(const agent::Agent& agent,
                                            const episode::RunOptions& options,
                                            const Interrupt& interrupt) {
  episode::RunOptions run = options;
  run.methods.clear();
  run.sound = false;
  run.target = explain::Target::chosen();
  std::vector<episode::ScoredStep> steps;
  Progress progress("weighed", 0);
  run.on_step = [&](const episode::Step& step) {
    const auto [low, high] = std::ranges::minmax(step.values);
    steps.push_back({{step.episode, step.index}, static_cast<double>(high) - low});
    progress.advance(std::ssize(steps));
    return !interrupt.requested();
  };
  episode::run(agent, run, {});
  return steps;
}

}  // namespace

void write_highlights(const agent::Agent& agent, episode::RunOptions options,
                      const episode::Trace& trace, std::int64_t count,
                      const std::filesystem::path& out, const FigureOptions& figure,
                      const render::Look& look, const render::VideoOptions& video,
                      const Interrupt& interrupt) {
  options.replay = &trace;
  const auto chosen =
      episode::most_important(importance(agent, options, interrupt), count, kHighlightsApart);
  if (interrupt.requested()) return;
  episode::StepSet moments_at;
  for (const episode::ScoredStep& step : chosen) moments_at.insert(step.step);
  const auto shown = episode::with_context(chosen, kHighlightBefore, kHighlightAfter, trace);

  episode::MomentsSink moments;
  episode::FilterSink kept(contained_in(moments_at), moments);
  render::VideoSink clip(out / "highlights.mp4", video);
  explain_steps(agent, options, shown, std::array<episode::Sink*, 2>{&kept, &clip}, interrupt);
  if (moments.moments().empty()) return;

  const episode::RunInfo& info = moments.info();
  render::Grid grid = render::compare_grid(info, moments.moments(), look);
  grid.title = fmt::format("{} · the {} most telling decisions", render::run_words(info),
                           moments.moments().size());
  for (std::size_t i = 0; i < moments.moments().size(); ++i)
    grid.columns[i][1] += fmt::format(" · spread {:.2f}", chosen[i].importance);
  grid.remarks.push_back(fmt::format(
      "Spread: largest minus least {}. A wide one means that the choice matters to the agent, not "
      "that it chose well.",
      info.output_word()));
  figure.write(out / "highlights", render::draw_grid(grid), info, look);
  fmt::print("the {} most telling decisions → highlights.png, highlights.mp4\n",
             moments.moments().size());
}

}  // namespace arcadecam::app
