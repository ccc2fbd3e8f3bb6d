#pragma once

#include <cstdint>
#include <memory>

#include "arcadecam/core/shape.h"

namespace arcadecam::nn::steps {

/// How a sample's values lie: in C order, with a pixel's channels side by side, or in blocks of 8
/// or 16 channels, each block's plane pixel by pixel (the last block padded with zeros). All but C
/// order are of shapes channels×height×width.
enum class Layout { kPlain, kChannelsLast, kBlocks8, kBlocks16 };

/// So many channels lie side by side in a layout of blocks; 0: it is another.
constexpr std::int64_t channels_in_block(Layout layout) {
  constexpr std::int64_t kSmall = 8, kLarge = 16;
  if (layout == Layout::kBlocks8) return kSmall;
  return layout == Layout::kBlocks16 ? kLarge : 0;
}

/// The samples of a batch, one after the other.
struct Desc {
  std::int64_t batch = 0;
  Shape shape;  ///< of a sample
  Layout layout = Layout::kPlain;

  /// How many numbers one sample takes, with the layout's padding; elements() is for all samples.
  [[nodiscard]] std::int64_t sample_elements() const;
  [[nodiscard]] std::int64_t elements() const { return batch * sample_elements(); }
  friend bool operator==(const Desc&, const Desc&) = default;
};

/// Values as a Desc says. Copies refer to the same values.
class Memory {
 public:
  Memory() = default;
  /// Zeros of its own, 64 bytes aligned.
  explicit Memory(const Desc& desc);
  /// Somebody else's values, which must outlive it.
  Memory(const Desc& desc, float* values) : desc_(desc), values_(values) {}

  [[nodiscard]] const Desc& desc() const { return desc_; }
  [[nodiscard]] float* data() const { return values_; }
  explicit operator bool() const { return values_ != nullptr; }

 private:
  Desc desc_;
  std::shared_ptr<void> owner_;
  float* values_ = nullptr;
};

/// One sample of shape `shape` from a layout to C order.
void to_plain(Layout layout, const float* sample, const Shape& shape, float* plain);
/// The way back: written, or added. A layout's padding is left as it is.
void from_plain(const float* plain, const Shape& shape, bool accumulate, Layout layout,
                float* sample);
/// `to` ← `from`, or `to` += `from`: the same samples in whatever layouts.
void bring(const Memory& from, bool accumulate, const Memory& to);

}  // namespace arcadecam::nn::steps
