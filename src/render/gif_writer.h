#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "render/frame_writer.h"

namespace arcadecam::render {

struct GifOptions {
  /// So many frames in so many seconds; times are rounded to the format's hundredths.
  int frames_per_second = 15, seconds = 1;
  /// Text for the file's comment.
  std::string comment;
};

/// An endlessly looping GIF with one palette of 255 colours made for the clip (see Palette),
/// without dithering: flat areas stay flat. Frames are kept in memory until finish(), 3 bytes per
/// pixel. The same frames give the same bytes. Every failure is an Error that names the file.
class GifWriter final : public FrameWriter {
 public:
  GifWriter(const std::filesystem::path& file, picture::Size size, const GifOptions& options = {});
  ~GifWriter() override;

  /// `sound` is ignored.
  void write(const picture::Image& frame, std::span<const std::uint8_t> sound = {}) override;
  void finish() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace arcadecam::render
