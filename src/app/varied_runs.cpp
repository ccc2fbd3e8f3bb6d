#include "app/varied_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "episode/filter_sink.h"
#include "episode/trace_sink.h"
#include "render/video_sink.h"

namespace arcadecam::app {
namespace {

/// Keeps screens of episode 0: those of kStills, and the last one before where it ends earlier.
class StillsOfVariation final : public episode::Sink {
 public:
  explicit StillsOfVariation(std::vector<PlayedVariation::Still>& stills) : stills_(stills) {}

  [[nodiscard]] episode::Detail wants(std::int64_t index) const override {
    constexpr std::int64_t kEvery = 10;
    const bool wanted = index % kEvery == 0 && index <= std::ranges::max(kStills);
    return wanted ? episode::Detail::kScreen : episode::Detail::kNumbers;
  }

 private:
  void on_begin(const episode::RunInfo& /*info*/) override {}
  void on_step(const episode::Step& step) override {
    if (step.episode != 0 || step.screen.size() == 0) return;
    if (!stills_.empty() && !is_due(stills_.back().index)) stills_.pop_back();
    stills_.push_back(
        {step.index, picture::Image(ByteTensor(step.screen.shape(), step.screen.values()))});
  }
  void on_end(const episode::Summary& /*summary*/) override {}

  static bool is_due(std::int64_t index) {
    return std::ranges::find(kStills, index) != std::end(kStills);
  }

  std::vector<PlayedVariation::Still>& stills_;
};

}  // namespace

std::string name_for_files(const agent::Agent& agent) {
  std::string name = std::filesystem::exists(agent.name)
                         ? std::filesystem::path(agent.name).filename().string()
                         : agent.name;
  std::ranges::replace_if(
      name, [](char c) { return c == ':' || c == '/' || c == ' '; }, '_');
  return name;
}

std::string video_name(const agent::Agent& agent, const std::string& game) {
  return fmt::format("video-{}-{}.mp4", name_for_files(agent), game);
}

std::vector<PlayedVariation> play_variations(
    const agent::Agent& agent, const episode::RunOptions& options,
    const std::vector<const game::Variation*>& variations, const RunFiles& files,
    const std::function<void(const std::string& what)>& tell, const Interrupt& interrupt) {
  std::vector<PlayedVariation> games(1);
  for (const game::Variation* variation : variations) games.push_back({variation});
  for (PlayedVariation& game : games) {
    episode::RunOptions run = options;
    run.variation = game.variation;
    run.on_step = [&](const episode::Step& step) {
      if (step.last) tell(game.name());
      return !interrupt.requested();
    };
    StillsOfVariation stills(game.stills);
    std::vector<episode::Sink*> sinks{&stills};
    std::optional<episode::TraceSink> trace;
    if (game.variation == nullptr && !files.trace.empty())
      sinks.push_back(&trace.emplace(files.trace));
    std::optional<render::VideoSink> video;
    std::optional<episode::FilterSink> first;
    if (!files.videos.empty()) {
      video.emplace(files.videos / video_name(agent, game.name()), render::VideoOptions{});
      sinks.push_back(&first.emplace(
          [](std::int64_t episode, std::int64_t index) {
            return episode == 0 && index < RunFiles::kVideoSteps;
          },
          *video));
    }
    const episode::Summary summary = episode::run(agent, run, sinks);
    if (interrupt.requested()) return games;
    for (const episode::EpisodeSummary& episode : summary.episodes) {
      game.scores.push_back(episode.score);
      game.steps.push_back(static_cast<double>(episode.steps));
    }
    game.effect = evaluate::effect_of(games.front().scores, game.scores, options.seed);
  }
  return games;
}

}  // namespace arcadecam::app
