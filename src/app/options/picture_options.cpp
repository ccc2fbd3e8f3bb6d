#include "app/options/picture_options.h"

#include "app/options/numbers.h"

namespace arcadecam::app {

void PictureOptions::define(Arguments& command) {
  command.add_flag("--stills,!--no-stills", stills,
                   "stills/: single pictures with the map on them (default: on)");
  command
      .add_option("--still-every", still_every,
                  "save a still picture with the map on it of every N-th step")
      ->transform(count())
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--still-height", still_height,
                  "lines of the stills of the screen; rounded up to a whole multiple of the game's")
      ->transform(whole(1, 4320))
      ->type_name("PIXELS")
      ->capture_default_str();
  command.add_flag("--still-caption,!--no-still-caption", still_caption,
                   "a strip below every still: what it shows and what the colours mean (default: "
                   "on)");
  command.add_flag(
      "--video,!--no-video", video,
      "video.mp4: the game, the maps on it and the action values, one frame per decision "
      "(default: on)");
  command
      .add_option("--video-height", video_height,
                  "height of the video in pixels, even, 240 to 2160; its shape is 16:9")
      ->transform(whole(240, 2160))
      ->type_name("PIXELS")
      ->capture_default_str();
  command.add_flag("--sound,!--no-sound", sound, "the game's sound in the video (default: on)");
  command.add_flag("--gif,!--no-gif", gif,
                   "clip.gif: a small looping clip of the screen and the maps on it (default: on)");
  command.add_option("--gif-steps", gif_steps, "how many decisions of the run clip.gif shows")
      ->transform(count())
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option(
          "--layout", layout,
          "panels of the video: auto, or rows separated by '/' of panels separated by ',': " +
              render::panel_names())
      ->type_name("P[,P][/P…]")
      ->capture_default_str();
}

void PictureOptions::check(std::size_t methods, const nn::Graph& graph) const {
  if (gif) (void)render::make_clip_layout(methods);
  if (!video) return;
  const bool distributions =
      std::holds_alternative<nn::ExpectedValue>(graph.node(graph.output()).op);
  (void)render::make_layout(video_height, methods, distributions, render::parse_layout(layout),
                            graph.actions());
}

render::VideoOptions PictureOptions::video_options(const render::Look& look) const {
  render::VideoOptions result;
  result.height = video_height;
  result.layout = render::parse_layout(layout);
  result.look = look;
  return result;
}

PictureSinks::PictureSinks(const PictureOptions& options, const render::Look& look,
                           const std::filesystem::path& out) {
  if (options.stills) {
    render::StillsOptions stills;
    stills.every = options.still_every;
    stills.lines = options.still_height;
    stills.look = look;
    stills.caption = options.still_caption;
    stills_.emplace(out / "stills", stills);
  }
  if (options.video) video_.emplace(out / "video.mp4", options.video_options(look));
  if (options.gif) {
    render::ClipOptions clip;
    clip.decisions = options.gif_steps;
    clip.look = look;
    clip_.emplace(out / "clip.gif", clip);
  }
}

void PictureSinks::append_to(std::vector<episode::Sink*>& sinks) {
  if (stills_) sinks.push_back(&*stills_);
  if (video_) sinks.push_back(&*video_);
  if (clip_) sinks.push_back(&*clip_);
}

}  // namespace arcadecam::app
