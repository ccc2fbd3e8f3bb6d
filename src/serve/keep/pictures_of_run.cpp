#include "serve/keep/pictures_of_run.h"

#include <array>
#include <filesystem>
#include <memory>

#include "arcadecam/core/error.h"
#include "episode/run.h"
#include "render/stills_sink.h"
#include "render/video_sink.h"
#include "serve/keep/scratch_folder.h"

namespace arcadecam::serve {
namespace {

std::unique_ptr<episode::Sink> sink_of(const RunPictures& wanted,
                                       const std::filesystem::path& folder) {
  if (wanted.still) {
    render::StillsOptions stills;
    stills.every = 1;
    return std::make_unique<render::StillsSink>(folder, stills);
  }
  if (!wanted.gif)
    return std::make_unique<render::VideoSink>(folder / "clip.mp4", render::VideoOptions{});
  render::ClipOptions clip;
  clip.decisions = wanted.to - wanted.from + 1;
  return std::make_unique<render::ClipSink>(folder / "clip.gif", clip);
}

/// The still of the first method on the screen: the others are beside it.
std::filesystem::path still_in(const std::filesystem::path& folder) {
  std::filesystem::path first;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with("_observation.png")) continue;
    if (first.empty() || entry.path() < first) first = entry.path();
  }
  if (first.empty()) throw bad_input("no still was drawn");
  return first;
}

}  // namespace

PictureFile pictures_of(const RunPictures& wanted, const std::function<bool()>& goes_on) {
  const ScratchFolder folder;
  episode::RunOptions run;
  run.policy = wanted.network.policy;
  run.engine = wanted.network.engine;
  run.precision = wanted.network.precision;
  run.methods = wanted.methods;
  run.replay = &wanted.trace;
  run.sound = !wanted.still && !wanted.gif;
  run.select = [&](std::int64_t, std::int64_t index) {
    return index >= wanted.from && index <= wanted.to;
  };
  bool stopped = false;
  run.on_step = [&](const episode::Step& step) {
    stopped = !goes_on();
    return !stopped && step.index < wanted.to;
  };
  const auto sink = sink_of(wanted, folder.path());
  const std::array<episode::Sink*, 1> sinks{sink.get()};
  (void)episode::run(wanted.agent, run, sinks);
  if (stopped) throw bad_input("it was given up: the viewer ends");
  if (wanted.still) return {"still.png", "image/png", content_of(still_in(folder.path()))};
  if (wanted.gif) return {"clip.gif", "image/gif", content_of(folder.path() / "clip.gif")};
  return {"clip.mp4", "video/mp4", content_of(folder.path() / "clip.mp4")};
}

}  // namespace arcadecam::serve
