#include "render/encoder_thread.h"

#include <utility>

namespace arcadecam::render {
namespace {

/// Frames that may wait: enough to ride out a key frame, little enough to stay small in memory
/// (2.8 MB each at 720 lines).
constexpr std::size_t kQueueLimit = 8;

}  // namespace

EncoderThread::EncoderThread(std::unique_ptr<FrameWriter> writer)
    : writer_(std::move(writer)), thread_([this] { run(); }) {}

EncoderThread::EncoderThread(const std::filesystem::path& file, picture::Size size,
                             const Mp4Options& options)
    : EncoderThread(std::make_unique<Mp4Writer>(file, size, options)) {}

EncoderThread::~EncoderThread() {
  stop(true);
}

void EncoderThread::run() noexcept {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Item item = std::move(queue_.front());
    queue_.pop_front();
    changed_.notify_all();
    lock.unlock();
    std::exception_ptr failure;
    try {
      writer_->write(item.frame, item.sound);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    spare_.push_back(std::move(item.frame));
    if (failure) {
      failure_ = failure;
      changed_.notify_all();
      return;
    }
  }
}

void EncoderThread::stop(bool drop) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    if (drop) queue_.clear();
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void EncoderThread::rethrow() {
  if (failure_) std::rethrow_exception(failure_);
}

picture::Image EncoderThread::take_spare() {
  const std::scoped_lock lock(mutex_);
  if (spare_.empty()) return {};
  picture::Image frame = std::move(spare_.back());
  spare_.pop_back();
  return frame;
}

void EncoderThread::write(picture::Image frame, std::span<const std::uint8_t> sound) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return failure_ != nullptr || queue_.size() < kQueueLimit; });
  rethrow();
  queue_.push_back({std::move(frame), {sound.begin(), sound.end()}});
  changed_.notify_all();
}

void EncoderThread::finish() {
  stop(false);
  rethrow();
  writer_->finish();
}

}  // namespace arcadecam::render
