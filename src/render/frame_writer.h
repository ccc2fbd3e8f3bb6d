#pragma once

#include <cstdint>
#include <span>

#include "picture/image.h"

namespace arcadecam::render {

/// A file of moving pictures. One that is destroyed before finish() leaves no file.
class FrameWriter {
 public:
  FrameWriter() = default;
  FrameWriter(const FrameWriter&) = delete;
  FrameWriter& operator=(const FrameWriter&) = delete;
  virtual ~FrameWriter() = default;

  /// The next frame and the sound that is heard while it is shown (8-bit unsigned around 128, one
  /// channel); a writer without sound ignores that.
  virtual void write(const picture::Image& frame, std::span<const std::uint8_t> sound = {}) = 0;
  /// Writes what is left and gives the file its name. Throws Error when no frame was written.
  virtual void finish() = 0;
};

}  // namespace arcadecam::render
