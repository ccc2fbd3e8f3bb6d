#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "episode/sink.h"
#include "render/encoder_thread.h"
#include "render/frame_composer.h"

namespace arcadecam::render {

struct VideoOptions {
  std::int64_t height = 720;  ///< of the frame in pixels, even, 240 … 2160; it is 16:9
  /// Decisions shown a second; 15 is the game's own speed at four frames a decision.
  int steps_per_second = 15;
  ScreenOverlayStyle style{.colors = color_map("turbo")};
};

/// video.mp4: one frame a decision (see FrameComposer), encoded in a thread of its own. Provenance
/// is in the file's metadata.
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
};

}  // namespace arcadecam::render
