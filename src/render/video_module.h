#pragma once

#include <filesystem>
#include <memory>

#include "render/mp4_writer.h"

namespace arcadecam::render {

/// What the module "video" offers (core/module.h): FFmpeg, its codecs and all that they load.
struct VideoModule {
  /// Makes what Mp4Writer forwards to. The arguments were checked.
  std::unique_ptr<FrameWriter> (*open_mp4)(const std::filesystem::path& file, picture::Size size,
                                           const Mp4Options& options);
};

}  // namespace arcadecam::render
