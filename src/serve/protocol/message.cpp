#include "serve/protocol/message.h"

#include <cstring>
#include <utility>

namespace arcadecam::serve {
namespace {

constexpr std::size_t kAlignment = 4;

std::size_t padded(std::size_t size) {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

void BinaryMessage::add(std::string_view name, const char* type,
                        std::span<const std::uint8_t> bytes, const Shape& shape) {
  list_.begin_object();
  list_.member("name", name);
  list_.member("type", type);
  list_.name("shape");
  list_.begin_array();
  for (int i = 0; i < shape.rank(); ++i) list_.value(shape[i]);
  list_.end_array();
  list_.member("offset", static_cast<std::int64_t>(size_));
  list_.end_object();
  parts_.push_back(bytes);
  size_ += padded(bytes.size());
}

void BinaryMessage::add(std::string_view name, std::span<const std::uint8_t> bytes,
                        const Shape& shape) {
  add(name, "u1", bytes, shape);
}

void BinaryMessage::add(std::string_view name, std::span<const float> values, const Shape& shape) {
  // x86 and ARM as they are used store floats as the protocol wants them.
  add(name, "f4", {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()},
      shape);
}

std::string BinaryMessage::finish() {
  // Before the brace that ends the object.
  header_.insert(header_.size() - 1, ",\"arrays\":[" + arrays_ + "]");
  const std::size_t header = padded(header_.size());
  std::string message;
  message.reserve(kAlignment + header + size_);
  for (std::size_t i = 0; i < kAlignment; ++i)
    message += static_cast<char>(static_cast<unsigned char>(header >> (8 * i)));
  message += header_;
  message.append(header - header_.size(), ' ');
  for (const std::span<const std::uint8_t> part : parts_) {
    if (!part.empty()) message.append(reinterpret_cast<const char*>(part.data()), part.size());
    message.append(padded(part.size()) - part.size(), '\0');
  }
  return message;
}

FrameChanges changes_between(std::span<const ByteTensor> frames) {
  FrameChanges result;
  for (std::size_t frame = 1; frame < frames.size(); ++frame) {
    const ByteTensor& before = frames[frame - 1];
    const ByteTensor& now = frames[frame];
    const auto height = static_cast<std::size_t>(now.shape()[0]);
    const auto width = static_cast<std::size_t>(now.shape()[1]);
    for (std::size_t row = 0; row < height; ++row) {
      const std::uint8_t* const line = now.data() + row * width;
      const bool differs = std::memcmp(line, before.data() + row * width, width) != 0;
      result.changed.push_back(differs ? 1 : 0);
      if (differs) result.rows.insert(result.rows.end(), line, line + width);
    }
  }
  return result;
}

}  // namespace arcadecam::serve
