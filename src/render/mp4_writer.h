#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "render/frame_writer.h"

namespace arcadecam::render {

struct Mp4Options {
  /// So many frames in so many seconds.
  int frames_per_second = 15, seconds = 1;
  /// Samples a second of the sound that write() gets; 0: no sound.
  int sound_rate = 0;
  /// x264's constant rate factor: 0 is lossless, 23 its default, 51 the worst.
  int quality = 22;
  /// keyword → text, into the file's metadata.
  std::map<std::string, std::string> metadata;
};

/// An MP4 file of H.264 video (yuv420p, BT.709), with AAC sound where there is some, that browsers
/// play while it still loads. The same frames and options give the same bytes (with the same FFmpeg
/// libraries; with sound, whose encoder computes in floating point, on the same kind of processor).
/// Every failure is an Error that names the file; a writer that is destroyed before finish() leaves
/// no file. The module "video" encodes, and silences FFmpeg's own messages for the whole process;
/// where it is not installed, the program ffmpeg does (see open_ffmpeg()).
class Mp4Writer final : public FrameWriter {
 public:
  /// Frames are `size`; both extents must be even. Opens the file.
  Mp4Writer(const std::filesystem::path& file, picture::Size size, const Mp4Options& options = {});

  void write(const picture::Image& frame, std::span<const std::uint8_t> sound = {}) override;
  void finish() override;

 private:
  std::unique_ptr<FrameWriter> encoder_;  ///< the module's, or ffmpeg's
};

}  // namespace arcadecam::render
