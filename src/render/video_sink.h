#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "episode/sink.h"
#include "render/encoder_thread.h"
#include "render/frame_composer.h"

namespace arcadecam::render {

struct VideoOptions {
  static constexpr std::int64_t kUsualHeight = 720;

  std::int64_t height = kUsualHeight;  ///< of the frame in pixels, even, 240 … 2160; it is 16:9
  LayoutSpec layout{};
  Look look{};
};

/// video.mp4: one frame per decision (see FrameComposer) at the game's own speed, with its sound
/// where the run has it, encoded in a thread of its own. Provenance is in the file's metadata.
class VideoSink final : public episode::Sink {
 public:
  VideoSink(std::filesystem::path file, const VideoOptions& options);

 private:
  void on_begin(const episode::RunInfo& info) override;
  void on_step(const episode::Step& step) override;
  void on_end(const episode::Summary&) override;

  std::filesystem::path file_;
  VideoOptions options_;
  std::optional<FrameComposer> composer_;
  std::optional<EncoderThread> encoder_;
  std::vector<std::uint8_t> sound_;
  std::size_t samples_ = 0;  ///< per decision
};

struct ClipOptions {
  static constexpr std::int64_t kUsualDecisions = 300;

  std::int64_t decisions = kUsualDecisions;  ///< how many of the run the clip shows, from its first
  std::int64_t every = 2;                    ///< a frame of every so many decisions
  Look look{};
};

/// clip.gif: the screen and the overlays (make_clip_layout()) of a run's first decisions, small
/// enough for a web page, encoded in a thread of its own.
class ClipSink final : public episode::Sink {
 public:
  /// Throws Error (usage) for options below 1.
  ClipSink(std::filesystem::path file, const ClipOptions& options);

 private:
  void on_begin(const episode::RunInfo& info) override;
  void on_step(const episode::Step& step) override;
  void on_end(const episode::Summary&) override;

  std::filesystem::path file_;
  ClipOptions options_;
  std::optional<FrameComposer> composer_;
  std::optional<EncoderThread> encoder_;
  std::int64_t decisions_ = 0;
};

/// The display settings that explain a run's pictures, for their metadata.
std::map<std::string, std::string> picture_provenance(const episode::RunInfo& info,
                                                      const Look& look);

}  // namespace arcadecam::render
