#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/worker_thread.h"
#include "render/mp4_writer.h"

namespace arcadecam::render {

/// A FrameWriter in a thread of its own behind a short queue (see WorkerThread). Destroyed before
/// finish(), it leaves no file.
class EncoderThread {
 public:
  explicit EncoderThread(std::unique_ptr<FrameWriter> writer);
  /// An MP4 file's.
  EncoderThread(const std::filesystem::path& file, picture::Size size, const Mp4Options& options);
  EncoderThread(const EncoderThread&) = delete;
  EncoderThread& operator=(const EncoderThread&) = delete;

  /// A frame to draw on: one that was encoded already where there is one (its content is
  /// unspecified), else an empty one.
  [[nodiscard]] picture::Image take_spare();
  void write(picture::Image frame, std::span<const std::uint8_t> sound = {});
  /// Waits until every frame is encoded and gives the file its name.
  void finish();

 private:
  struct Item {
    picture::Image frame;
    std::vector<std::uint8_t> sound;
  };

  std::unique_ptr<FrameWriter> writer_;
  std::mutex mutex_;  ///< of spare_
  std::vector<picture::Image> spare_;
  WorkerThread worker_;  ///< ends first
};

}  // namespace arcadecam::render
