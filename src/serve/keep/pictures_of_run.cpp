#include "serve/keep/pictures_of_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "arcadecam/core/error.h"
#include "episode/sink.h"
#include "render/stills_sink.h"
#include "render/video_sink.h"
#include "serve/keep/scratch_folder.h"
#include "serve/show/course.h"

namespace arcadecam::serve {
namespace {

std::unique_ptr<episode::Sink> sink_of(const RunPictures& wanted,
                                       const std::filesystem::path& folder) {
  if (wanted.kind == PictureKind::kStill) {
    render::StillsOptions stills;
    stills.every = 1;
    return std::make_unique<render::StillsSink>(folder, stills);
  }
  if (wanted.kind == PictureKind::kVideo)
    return std::make_unique<render::VideoSink>(folder / "clip.mp4", render::VideoOptions{});
  render::ClipOptions clip;
  clip.decisions = wanted.excerpt.to - wanted.excerpt.from + 1;
  return std::make_unique<render::ClipSink>(folder / "clip.gif", clip);
}

/// The still on the screen: the one on the observation is beside it.
std::filesystem::path still_in(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().filename().string().ends_with("_observation.png")) return entry.path();
  }
  throw bad_input("no still was drawn");
}

/// Plays an excerpt and makes each of its steps what sinks take.
class ExcerptPlayer {
 public:
  explicit ExcerptPlayer(const RunPictures& wanted)
      : excerpt_(wanted.excerpt),
        episode_(wanted.episode),
        course_(wanted.agent, wanted.kind == PictureKind::kVideo),
        network_(wanted.agent, wanted.network),
        questions_(network_.questions(wanted.tiles)),
        has_objects_(game::find_object_table(wanted.agent.game, wanted.agent.protocol) != nullptr) {
    course_.restore(excerpt_.begin);
    while (course_.beside().step < excerpt_.from) network_.play_known(course_, next().action);
  }

  [[nodiscard]] bool over() const { return course_.beside().step > excerpt_.to; }
  /// The next step; what it refers to is valid until the next call.
  episode::Step step() {
    const game::Environment& environment = course_.environment();
    episode::Step step;
    step.episode = episode_;
    step.index = course_.beside().step;
    const ByteTensorView screen = environment.emulator().screen_rgb();
    screen_ = ByteTensor(screen.shape(), screen.values());
    step.screen = screen_.view();
    observation_ =
        ByteTensor(environment.observation().shape(), environment.observation().values());
    step.observation = observation_.view();
    step.seen = environment.seen();
    step.newest_planes = environment.protocol().pixels.planes();
    if (has_objects_) step.objects = environment.objects();
    const Seen seen = seen_in(course_, step.objects);
    Tensor memory;
    estimate_ = network_.estimate(*questions_, seen, &memory);
    step.values = estimate_.values;
    step.distributions = estimate_.distribution.view();
    const Move& move = next();
    // A person's action is not one that the policy drew by chance.
    step.decision = {move.action, move.greedy || move.human};
    step.explained_action = move.action;
    (void)network_.explain(*questions_, seen, estimate_, move.action);
    explain::Session& session = questions_->session();
    for (std::size_t method = 0; method < session.method_count(); ++method)
      step.attributions.push_back(&session.result(method, 0));
    step.reward = course_.play(move.action).reward;
    if (network_.remembers()) course_.remember(std::move(memory));
    step.sound = environment.sound();
    step.score = course_.beside().score;
    step.lives = environment.lives();
    step.last = move.ended || over();
    step.truncated = step.last && !move.ended;
    return step;
  }
  [[nodiscard]] const ShownNetwork& network() const { return network_; }

 private:
  [[nodiscard]] const Move& next() const {
    return excerpt_.moves.at(
        static_cast<std::size_t>(course_.beside().step - excerpt_.begin.beside.step));
  }

  const Excerpt& excerpt_;
  std::int64_t episode_;
  Course course_;
  ShownNetwork network_;
  std::unique_ptr<Questions> questions_;
  bool has_objects_;
  ByteTensor screen_, observation_;
  Estimate estimate_;
};

std::string name_of(const RunPictures& wanted) {
  const Excerpt& steps = wanted.excerpt;
  std::string name = wanted.info.game.name;
  if (steps.branch > 0) name += fmt::format("-branch{}", steps.branch);
  name += fmt::format("-{}", steps.from);
  if (wanted.kind != PictureKind::kStill) name += fmt::format("-{}", steps.to);
  return name;
}

}  // namespace

PictureFile pictures_of(RunPictures wanted, const std::function<bool()>& goes_on) {
  const ScratchFolder folder;
  ExcerptPlayer player(wanted);
  episode::RunInfo& info = wanted.info;
  info.methods = specs_of(wanted.tiles, wanted.agent);
  info.sound_rate = wanted.kind == PictureKind::kVideo ? game::Emulator::kSoundRate : 0;
  info.atoms = player.network().atoms();
  if (!info.atoms.empty())
    info.distributions = Shape{wanted.agent.graph->actions(), std::ssize(info.atoms)};
  if (wanted.excerpt.branch > 0)
    info.policy += fmt::format(", on branch {} of the game", wanted.excerpt.branch);
  if (std::ranges::any_of(wanted.excerpt.moves, &Move::human))
    info.policy += ", some actions by a person";
  const auto sink = sink_of(wanted, folder.path());
  sink->begin(info);
  episode::EpisodeSummary summary;
  summary.episode = wanted.episode;
  summary.truncated = true;
  while (!player.over()) {
    if (!goes_on()) throw bad_input("it was given up: the viewer ends");
    const episode::Step step = player.step();
    sink->write(step);
    ++summary.steps;
    summary.score = step.score;
  }
  sink->end({{summary}});
  const std::string name = name_of(wanted);
  switch (wanted.kind) {
    case PictureKind::kStill:
      return {name + ".png", "image/png", content_of(still_in(folder.path()))};
    case PictureKind::kGif:
      return {name + ".gif", "image/gif", content_of(folder.path() / "clip.gif")};
    case PictureKind::kVideo:
      break;
  }
  return {name + ".mp4", "video/mp4", content_of(folder.path() / "clip.mp4")};
}

}  // namespace arcadecam::serve
