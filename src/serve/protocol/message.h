#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/shape.h"
#include "arcadecam/core/tensor.h"
#include "core/json_writer.h"

namespace arcadecam::serve {

/// A binary message in the making (docs/viewer.md): a JSON header and arrays. What is added is
/// borrowed until finish().
class BinaryMessage {
 public:
  /// `header`: a JSON object with a member or more.
  explicit BinaryMessage(std::string header) : header_(std::move(header)) {}
  BinaryMessage(const BinaryMessage&) = delete;
  BinaryMessage& operator=(const BinaryMessage&) = delete;
  ~BinaryMessage() = default;

  void add(std::string_view name, std::span<const std::uint8_t> bytes, const Shape& shape);
  void add(std::string_view name, std::span<const float> values, const Shape& shape);
  void add(std::string_view name, ByteTensorView array) {
    add(name, array.values(), array.shape());
  }
  void add(std::string_view name, TensorView array) { add(name, array.values(), array.shape()); }

  /// The message's bytes.
  [[nodiscard]] std::string finish();

 private:
  void add(std::string_view name, const char* type, std::span<const std::uint8_t> bytes,
           const Shape& shape);

  std::string header_;
  std::string arrays_;
  JsonWriter list_{arrays_};
  std::vector<std::span<const std::uint8_t>> parts_;
  std::size_t size_ = 0;
};

/// Frames of equal size, the later ones as the rows that differ from the frame before.
struct FrameChanges {
  std::vector<std::uint8_t> changed;  ///< (frames−1) × height: 1 where the row differs
  std::vector<std::uint8_t> rows;     ///< those rows, one after the other
};
FrameChanges changes_between(std::span<const ByteTensor> frames);

}  // namespace arcadecam::serve
