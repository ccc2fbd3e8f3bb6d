#include "app/picture_options.h"

#include "arcadecam/core/error.h"
#include "arcadecam/explain/method.h"

namespace arcadecam::app {

void PictureOptions::define(CLI::App& command) {
  command.add_option("--still-every", still_every, "an overlay still of every N-th step")
      ->check(CLI::PositiveNumber)
      ->type_name("N")
      ->capture_default_str();
  command.add_flag(
      "--video,!--no-video", video,
      "video.mp4: the game, the maps on it and the action values, one frame a decision "
      "(default: on)");
  command
      .add_option("--video-height", video_height,
                  "lines of the video, even, 240 to 2160; it is 16:9")
      ->type_name("PIXELS")
      ->capture_default_str();
  command.add_flag("--sound,!--no-sound", sound, "the game's sound in the video (default: on)");
  command.add_flag("--gif,!--no-gif", gif,
                   "clip.gif: a small looping clip of the screen and the maps on it (default: on)");
  command.add_option("--gif-steps", gif_steps, "how many decisions of the run clip.gif shows")
      ->check(CLI::PositiveNumber)
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option(
          "--layout", layout,
          "panels of the video: auto, or rows separated by '/' of panels separated by ',': " +
              render::panel_names())
      ->type_name("P[,P][/P…]")
      ->capture_default_str();
  command.add_option("--theme", theme, "dark (screens) or light (print)")
      ->check(CLI::IsMember({"dark", "light"}))
      ->type_name("NAME")
      ->capture_default_str();
  command
      .add_option(
          "--overlay", overlay,
          "how a map is laid on a picture: alpha (the stronger, the more opaque) or additive "
          "(the reference program's sum, in which the map hardly shows)")
      ->check(CLI::IsMember({"alpha", "additive"}))
      ->type_name("HOW")
      ->capture_default_str();
  command
      .add_option("--colors", colors,
                  "colour map of the pictures: turbo, inferno, cool-warm, jet (as the reference)")
      ->type_name("NAME")
      ->capture_default_str();
  command
      .add_option("--scale", scale,
                  "which values get the first and the last colour: frame (each map's own smallest "
                  "and largest), episode (of all its maps; plays the run twice), running (of the "
                  "episode so far), percentile[:P] (each map's, 99 if not given) or fixed:LOW/HIGH")
      ->type_name("S")
      ->capture_default_str();
  command.add_flag("--signed", with_signs,
                   "show raw values for and against, in cool-warm, of the methods that have them "
                   "(`arcadecam methods`: signed)");
}

render::Look PictureOptions::look(const std::vector<explain::MethodSpec>& methods) const {
  render::Look look;
  look.maps.scale = render::Scale::parse(scale);
  look.colors = render::color_map(colors);
  look.overlay = render::overlay_kind(overlay);
  look.theme = render::theme(theme);
  if (!with_signs) return look;
  bool any = false;
  for (const explain::MethodSpec& method : methods) {
    look.maps.with_signs.push_back(explain::find_method(method.id).promise.is_signed);
    any = any || look.maps.with_signs.back();
  }
  if (!any) throw bad_usage("--signed: none of the methods has values of both signs");
  return look;
}

bool PictureOptions::needs_two_passes() const {
  return render::Scale::parse(scale).kind == render::Scale::Kind::kEpisode;
}

PictureSinks::PictureSinks(const PictureOptions& options, const render::Look& look,
                           const std::filesystem::path& out) {
  render::StillsOptions stills;
  stills.every = options.still_every;
  stills.look = look;
  stills_.emplace(out / "stills", stills);
  if (options.video) {
    render::VideoOptions video;
    video.height = options.video_height;
    video.layout = render::parse_layout(options.layout);
    video.look = look;
    video_.emplace(out / "video.mp4", video);
  }
  if (options.gif) {
    render::ClipOptions clip;
    clip.decisions = options.gif_steps;
    clip.look = look;
    clip_.emplace(out / "clip.gif", clip);
  }
}

void PictureSinks::append_to(std::vector<episode::Sink*>& sinks) {
  sinks.push_back(&*stills_);
  if (video_) sinks.push_back(&*video_);
  if (clip_) sinks.push_back(&*clip_);
}

}  // namespace arcadecam::app
