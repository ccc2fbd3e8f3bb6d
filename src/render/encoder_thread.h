#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "render/mp4_writer.h"

namespace arcadecam::render {

/// A FrameWriter in a thread of its own behind a short queue: who writes waits only when the queue
/// is full. An error of the thread is thrown by the next call. Destroyed before finish(), it leaves
/// no file.
class EncoderThread {
 public:
  explicit EncoderThread(std::unique_ptr<FrameWriter> writer);
  /// An MP4 file's.
  EncoderThread(const std::filesystem::path& file, picture::Size size, const Mp4Options& options);
  EncoderThread(const EncoderThread&) = delete;
  EncoderThread& operator=(const EncoderThread&) = delete;
  ~EncoderThread();

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

  void run() noexcept;
  void stop(bool drop) noexcept;
  void rethrow();

  std::unique_ptr<FrameWriter> writer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> queue_;
  std::vector<picture::Image> spare_;
  std::exception_ptr failure_;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace arcadecam::render
