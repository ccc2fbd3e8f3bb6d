#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arcadecam/explain/params.h"
#include "render/stills_sink.h"
#include "render/video_sink.h"

namespace arcadecam::app {

/// What the pictures of a run show and how: --video …, --gif …, --still-every, --layout, --theme,
/// --overlay, --colors, --scale, --signed, --sound.
struct PictureOptions {
  std::string layout = "auto", theme = "dark", overlay = "alpha", colors = "turbo", scale = "frame";
  std::int64_t video_height = render::VideoOptions{}.height, still_every = 50;
  std::int64_t gif_steps = render::ClipOptions{}.decisions;
  bool video = true, gif = true, sound = true, with_signs = false;

  void define(CLI::App& command);
  /// Throws Error (usage) for a name that is none.
  [[nodiscard]] render::Look look(const std::vector<explain::MethodSpec>& methods) const;
  /// Whether the scale needs a pass over the run before the pictures are made.
  [[nodiscard]] bool needs_two_passes() const;
};

/// The sinks that write stills/, video.mp4 and clip.gif into a folder.
class PictureSinks {
 public:
  /// `stills/` must exist. Throws Error (usage) for options that cannot be.
  PictureSinks(const PictureOptions& options, const render::Look& look,
               const std::filesystem::path& out);
  void append_to(std::vector<episode::Sink*>& sinks);

 private:
  std::optional<render::StillsSink> stills_;
  std::optional<render::VideoSink> video_;
  std::optional<render::ClipSink> clip_;
};

}  // namespace arcadecam::app
