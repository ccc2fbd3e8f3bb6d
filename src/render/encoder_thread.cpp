#include "render/encoder_thread.h"

#include <utility>

namespace arcadecam::render {
namespace {

/// Frames that may wait: enough to ride out a key frame, little enough to stay small in memory
/// (2.8 MB each at 720 lines).
constexpr std::size_t kQueueLimit = 8;

}  // namespace

EncoderThread::EncoderThread(std::unique_ptr<FrameWriter> writer)
    : writer_(std::move(writer)), worker_(kQueueLimit) {}

EncoderThread::EncoderThread(const std::filesystem::path& file, picture::Size size,
                             const Mp4Options& options)
    : EncoderThread(std::make_unique<Mp4Writer>(file, size, options)) {}

picture::Image EncoderThread::take_spare() {
  const std::scoped_lock lock(mutex_);
  if (spare_.empty()) return {};
  picture::Image frame = std::move(spare_.back());
  spare_.pop_back();
  return frame;
}

void EncoderThread::write(picture::Image frame, std::span<const std::uint8_t> sound) {
  // Shared: a job must be copyable.
  const auto item = std::make_shared<Item>(
      Item{std::move(frame), std::vector<std::uint8_t>(sound.begin(), sound.end())});
  worker_.add([this, item] {
    writer_->write(item->frame, item->sound);
    const std::scoped_lock lock(mutex_);
    spare_.push_back(std::move(item->frame));
  });
}

void EncoderThread::finish() {
  worker_.finish();
  writer_->finish();
}

}  // namespace arcadecam::render
