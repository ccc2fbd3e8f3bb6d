#include "game/frame_buffers.h"

#include <algorithm>
#include <utility>

#include "game/packed_bytes.h"

namespace arcadecam::game {
namespace {

using Ending = atari::Protocol::Ending;

void append(FrameBuffers::Frames& to, const FrameBuffers::Frames& from) {
  for (const FrameBuffers::Frame& frame : from) {
    if (std::ranges::find(to, frame) == to.end()) to.push_back(frame);
  }
}

}  // namespace

struct FrameBuffers::Packed {
  /// Each frame once: RAM and pixels of all.
  PackedBytes bytes;
  std::size_t frames = 0;
  /// Indices of frames.
  std::array<std::vector<std::size_t>, 3> lists;
};

FrameBuffers::FrameBuffers(const atari::Protocol& protocol)
    : ending_(protocol.ending), pooled_(protocol.seen_frames() > 1), skip_(protocol.frame_skip) {}

void FrameBuffers::clear() {
  for (Frames* frames : {&step_, &earlier_, &later_, &shown_}) frames->clear();
}

void FrameBuffers::show_alone(Frame frame) {
  if (ending_ == Ending::kUnseen || ending_ == Ending::kCleared) {
    earlier_.clear();
    later_.clear();
    (ending_ == Ending::kUnseen ? later_ : earlier_).push_back(frame);
  }
  shown_.assign(1, std::move(frame));
}

void FrameBuffers::begin_step() {
  step_.clear();
}

void FrameBuffers::played(int number, bool last, bool ends, const Look& look) {
  if (!pooled_) {
    if (last) step_.push_back(look());
    return;
  }
  const bool of_last_two = number >= skip_ - 1;
  switch (ending_) {
    case Ending::kPlayed:
      step_.push_back(look());
      if (step_.size() > 2) step_.erase(step_.begin());
      return;
    case Ending::kBlack:
    case Ending::kRepeated:
      if (of_last_two) step_.push_back(look());
      return;
    case Ending::kUnseen:
      if (ends) return;
      break;
    case Ending::kBuffered:
    case Ending::kCleared:
      break;
  }
  if (of_last_two) (number == skip_ ? later_ : earlier_).assign(1, look());
}

void FrameBuffers::end_step() {
  if (!pooled_) {
    shown_ = step_;
    return;
  }
  switch (ending_) {
    case Ending::kBlack:
    case Ending::kPlayed:
      shown_ = step_;
      return;
    case Ending::kRepeated:
      if (!step_.empty()) shown_ = step_;
      return;
    case Ending::kBuffered:
    case Ending::kCleared:
    case Ending::kUnseen:
      break;
  }
  shown_ = earlier_;
  append(shown_, later_);
  // The maximum is left in the buffer where it is taken.
  if (ending_ == Ending::kUnseen) later_ = shown_;
}

void FrameBuffers::replace(const Frames& frames) {
  if (frames.empty()) return;
  shown_ = frames;
  if (!earlier_.empty()) earlier_.assign(1, frames.front());
  if (!later_.empty()) later_.assign(1, frames.back());
  if (ending_ == Ending::kUnseen) later_ = frames;
}

std::shared_ptr<const FrameBuffers::Packed> FrameBuffers::packed() const {
  if (!pooled_ || ending_ == Ending::kBlack || ending_ == Ending::kPlayed) return nullptr;
  auto packed = std::make_shared<Packed>();
  Frames frames;
  const std::array<const Frames*, 3> lists{&earlier_, &later_, &shown_};
  for (std::size_t i = 0; i < lists.size(); ++i) {
    append(frames, *lists.at(i));
    for (const Frame& frame : *lists.at(i)) {
      packed->lists.at(i).push_back(
          static_cast<std::size_t>(std::ranges::find(frames, frame) - frames.begin()));
    }
  }
  std::vector<std::uint8_t> bytes;
  for (const Frame& frame : frames) {
    for (const auto& ram : {frame->ram.before, frame->ram.after})
      bytes.insert(bytes.end(), ram.begin(), ram.end());
    bytes.insert(bytes.end(), frame->pixels.begin(), frame->pixels.end());
  }
  packed->frames = frames.size();
  packed->bytes = PackedBytes(bytes);
  return packed;
}

void FrameBuffers::restore(const std::shared_ptr<const Packed>& packed) {
  clear();
  if (!packed || packed->frames == 0) return;
  std::vector<std::uint8_t> bytes(packed->bytes.size());
  packed->bytes.unpack(bytes);
  Frames frames;
  const auto each = static_cast<std::ptrdiff_t>(bytes.size() / packed->frames);
  for (auto at = bytes.begin(); at != bytes.end(); at += each) {
    auto frame = std::make_shared<SeenFrame>();
    auto from = at;
    for (auto* ram : {&frame->ram.before, &frame->ram.after}) {
      const auto end = from + static_cast<std::ptrdiff_t>(ram->size());
      std::copy(from, end, ram->begin());
      from = end;
    }
    frame->pixels.assign(from, at + each);
    frames.push_back(std::move(frame));
  }
  const std::array<Frames*, 3> lists{&earlier_, &later_, &shown_};
  for (std::size_t i = 0; i < lists.size(); ++i) {
    for (const std::size_t index : packed->lists.at(i)) lists.at(i)->push_back(frames.at(index));
  }
}

}  // namespace arcadecam::game
