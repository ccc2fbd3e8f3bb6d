#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/arguments.h"
#include "arcadecam/nn/graph.h"
#include "render/stills_sink.h"
#include "render/video_sink.h"

namespace arcadecam::app {

/// Which pictures of a run are made: --stills …, --video …, --gif …, --layout, --sound.
struct PictureOptions {
  std::string layout = "auto";
  std::int64_t video_height = render::VideoOptions::kUsualHeight, still_every = 50,
               still_height = render::StillsOptions::kUsualLines;
  std::int64_t gif_steps = render::ClipOptions::kUsualDecisions;
  bool stills = true, video = true, gif = true, sound = true, still_caption = true;

  void define(Arguments& command);
  /// Throws Error (usage) for a video or clip that cannot be: before anything is overwritten.
  void check(std::size_t methods, const nn::Graph& graph) const;
  [[nodiscard]] render::VideoOptions video_options(const render::Look& look) const;
};

/// The sinks that write stills/, video.mp4 and clip.gif into a folder.
class PictureSinks {
 public:
  /// Throws Error (usage) for options that cannot be.
  PictureSinks(const PictureOptions& options, const render::Look& look,
               const std::filesystem::path& out);
  void append_to(std::vector<episode::Sink*>& sinks);

 private:
  std::optional<render::StillsSink> stills_;
  std::optional<render::VideoSink> video_;
  std::optional<render::ClipSink> clip_;
};

}  // namespace arcadecam::app
