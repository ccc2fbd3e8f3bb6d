#pragma once

#include <filesystem>
#include <memory>

#include "render/mp4_writer.h"

namespace arcadecam::render {

/// Makes what Mp4Writer forwards to where the module "video" is missing: the program `ffmpeg`
/// encodes what is sent to it. The same pictures, with the same settings; the file's bytes differ
/// from the module's in what FFmpeg writes about itself. Sound is added when the video is whole.
/// Throws Error when the program does not start.
std::unique_ptr<FrameWriter> open_ffmpeg(const std::filesystem::path& ffmpeg,
                                         const std::filesystem::path& file, picture::Size size,
                                         const Mp4Options& options);

}  // namespace arcadecam::render
