#include "nn/steps/sparse_product.h"

#include <algorithm>
#include <array>

namespace arcadecam::nn::steps {

SparseProduct::SparseProduct(PlanContext& context, std::int64_t batch, const Weights& matrix,
                             bool transposed, std::span<const std::int32_t> order)
    : batch_(batch),
      rows_(matrix->shape()[transposed ? 1 : 0]),
      columns_(matrix->shape()[transposed ? 0 : 1]),
      order_(order.begin(), order.end()) {
  const bool halves = context.layouts().halves(matrix);
  if (halves || batch < kShared) {
    whole_ = &context.layouts().rows(matrix, transposed);
  } else {
    strips_ = &context.layouts().strips(matrix, transposed);
  }
  is_shared_ = batch >= (halves ? kSharedHalves : kShared);
  block_ = is_shared_ ? kBlock : rows_;
  blocks_ = (rows_ + block_ - 1) / block_;
  active_.resize(static_cast<std::size_t>(batch * blocks_ * block_));
  counts_.resize(static_cast<std::size_t>(batch * blocks_));
  if (!is_shared_) return;
  sums_.resize(static_cast<std::size_t>(batch * kStrip));
  if (halves) widened_.resize(static_cast<std::size_t>(kBlock * kStrip));
}

void SparseProduct::add(const float* x, float* y) {
  for (std::int64_t n = 0; n < batch_; ++n) {
    for (std::int64_t b = 0, first = 0; b < blocks_; ++b, first += block_) {
      count(b, n) = kernels().list_active(x + n * rows_ + first, std::min(block_, rows_ - first),
                                          active(b, n));
    }
  }
  add_taken(y);
}

void SparseProduct::take(std::int64_t sample, std::span<const ActiveRow> rows) {
  const bool in_place = !order_.empty() && widened_.empty();
  std::size_t i = 0;
  for (std::int64_t b = 0, first = 0; b < blocks_; ++b, first += block_) {
    ActiveRow* to = active(b, sample);
    for (; i < rows.size() && rows[i].row < first + block_; ++i)
      *to++ = {static_cast<std::int32_t>(in_place ? row_at(rows[i].row) : rows[i].row - first),
               rows[i].factor};
    count(b, sample) = to - active(b, sample);
  }
}

void SparseProduct::add_taken(float* y) {
  if (is_shared_) return add_shared(y);
  for (std::int64_t n = 0; n < batch_; ++n) {
    if (!whole_->half.empty()) {
      kernels().add_half_rows(whole_->half.data(), columns_, active(0, n), count(0, n),
                              y + n * columns_);
    } else {
      kernels().add_rows(whole_->single.data(), columns_, active(0, n), count(0, n),
                         y + n * columns_);
    }
  }
}

void SparseProduct::add_shared(float* y) {
  if (!widened_.empty()) find_used();
  for (std::int64_t first = 0; first < columns_; first += kStrip) {
    const std::int64_t width = std::min(kStrip, columns_ - first);
    // Side by side: in y the samples' strips would lie in the same few places of the cache.
    for (std::int64_t n = 0; n < batch_; ++n)
      std::copy_n(y + n * columns_ + first, width, sums_.data() + n * kStrip);
    for (std::int64_t b = 0; b < blocks_; ++b) {
      const float* rows =
          widened_.empty() ? strips_->data() + first * rows_ : widen(b * kBlock, first, width);
      const bool follow = widened_.empty() && order_.empty();
      if (follow) rows += b * kBlock * kStrip;
      for (std::int64_t n = 0; n < batch_; ++n) {
        if (follow) prefetch(rows + kBlock * kStrip, n);
        if (count(b, n) == 0) continue;
        kernels().add_strip_rows(rows, active(b, n), count(b, n), sums_.data() + n * kStrip);
      }
    }
    for (std::int64_t n = 0; n < batch_; ++n)
      std::copy_n(sums_.data() + n * kStrip, width, y + n * columns_ + first);
  }
}

void SparseProduct::find_used() {
  used_.assign(static_cast<std::size_t>(blocks_ * kBlock), 0);
  for (std::int64_t b = 0; b < blocks_; ++b) {
    for (std::int64_t n = 0; n < batch_; ++n) {
      const ActiveRow* rows = active(b, n);
      for (std::int64_t i = 0; i < count(b, n); ++i)
        used_[static_cast<std::size_t>(b * kBlock + rows[i].row)] = 1;
    }
  }
}

const float* SparseProduct::widen(std::int64_t place, std::int64_t first, std::int64_t width) {
  constexpr std::int64_t kLine = 32;
  for (std::int64_t at = place; at < std::min(place + kBlock, rows_); ++at) {
    const auto from = [&](std::int64_t there) {
      return whole_->half.data() + row_at(there) * columns_ + first;
    };
    if (at + kBlock < rows_ && used_[static_cast<std::size_t>(at + kBlock)] != 0) {
      for (std::int64_t c = 0; c < width; c += kLine) __builtin_prefetch(from(at + kBlock) + c);
    }
    if (used_[static_cast<std::size_t>(at)] == 0) continue;
    float* to = widened_.data() + (at - place) * kStrip;
    if (width == kStrip) {
      kernels().widen_strip_row(from(at), to);
      continue;
    }
    std::array<std::uint16_t, kStrip> padded{};
    std::copy_n(from(at), width, padded.data());
    kernels().widen_strip_row(padded.data(), to);
  }
  return widened_.data();
}

void SparseProduct::prefetch(const float* block, std::int64_t n) const {
  constexpr std::int64_t kLine = 16, kLines = kBlock * kStrip / kLine;
  for (std::int64_t i = n * kLines / batch_; i < (n + 1) * kLines / batch_; ++i)
    __builtin_prefetch(block + i * kLine);
}

}  // namespace arcadecam::nn::steps
