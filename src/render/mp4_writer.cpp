#include "render/mp4_writer.h"

#include "arcadecam/core/error.h"
#include "core/module.h"
#include "core/process.h"
#include "render/ffmpeg_process.h"
#include "render/video_module.h"

namespace arcadecam::render {

Mp4Writer::Mp4Writer(const std::filesystem::path& file, picture::Size size,
                     const Mp4Options& options) {
  if (size.height < 2 || size.width < 2 || size.height % 2 != 0 || size.width % 2 != 0) {
    throw bad_usage("a video of {}×{}: both must be even and 2 or more", size.width, size.height);
  }
  if (options.frames_per_second < 1 || options.seconds < 1) {
    throw bad_usage("a video of {} frames in {} s: expected 1 or more", options.frames_per_second,
                    options.seconds);
  }
  if (has_module("video")) {
    encoder_ = module_table<VideoModule>("video", "videos").open_mp4(file, size, options);
    return;
  }
  const std::optional<std::filesystem::path> ffmpeg = find_program("ffmpeg");
  if (!ffmpeg) {
    throw bad_input(
        "{}: videos need the module arcadecam-video.so or the program ffmpeg, and neither is "
        "there: install ffmpeg, or leave videos out (--no-video, compare: --video-steps 0)",
        file.string());
  }
  encoder_ = open_ffmpeg(*ffmpeg, file, size, options);
}

void Mp4Writer::write(const picture::Image& frame, std::span<const std::uint8_t> sound) {
  encoder_->write(frame, sound);
}

void Mp4Writer::finish() {
  encoder_->finish();
}

}  // namespace arcadecam::render
