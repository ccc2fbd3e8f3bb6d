#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "render/image.h"

namespace arcadecam::render {

struct Mp4Options {
  int frames_per_second = 15;
  /// x264's constant rate factor: 0 is lossless, 23 its default, 51 the worst.
  int quality = 22;
  /// keyword → text, into the file's metadata.
  std::map<std::string, std::string> metadata;
};

/// An MP4 file of H.264 video (yuv420p, BT.709) that browsers play while it still loads. The same
/// frames and options give the same bytes (with the same FFmpeg libraries). Every failure is an
/// Error that names the file; a writer that is destroyed before finish() leaves no file.
/// Silences FFmpeg's own messages for the whole process.
class Mp4Writer {
 public:
  /// Frames are `size`; both extents must be even. Opens the file.
  Mp4Writer(const std::filesystem::path& file, Size size, const Mp4Options& options = {});
  Mp4Writer(const Mp4Writer&) = delete;
  Mp4Writer& operator=(const Mp4Writer&) = delete;
  ~Mp4Writer();

  void write(const Image& frame);
  /// Writes what is left and gives the file its name. Throws Error when no frame was written.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace arcadecam::render
