#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "nn/kernels/kernels.h"
#include "nn/steps/context.h"

namespace arcadecam::nn::steps {
namespace {

/// y += x·M for every sample of a batch, where most x are zero: whole rows of M are added up.
/// Every sample's sums run over its rows in their order, so that they are the same in every batch.
class SparseProduct {
 public:
  /// M is `matrix` or its transpose.
  SparseProduct(PlanContext& context, std::int64_t batch, const Weights& matrix, bool transposed)
      : batch_(batch),
        rows_(matrix->shape()[transposed ? 1 : 0]),
        columns_(matrix->shape()[transposed ? 0 : 1]) {
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

  void add(const float* x, float* y) {
    for (std::int64_t n = 0; n < batch_; ++n) {
      for (std::int64_t b = 0, first = 0; b < blocks_; ++b, first += block_) {
        count(b, n) = kernels().list_active(x + n * rows_ + first, std::min(block_, rows_ - first),
                                            active(b, n));
      }
    }
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

 private:
  // Few samples: whole rows, each read once, in order. From so many samples on: blocks of rows of a
  // strip, which stay in the first-level cache while all samples use them. Rows in half precision
  // are half as much to read, but a block of them is made single again first.
  static constexpr std::int64_t kShared = 4, kSharedHalves = 32, kBlock = 64;

  // Block after block, so that a block's lists lie side by side for all samples.
  ActiveRow* active(std::int64_t block, std::int64_t sample) {
    return active_.data() + (block * batch_ + sample) * block_;
  }
  std::int64_t& count(std::int64_t block, std::int64_t sample) {
    return counts_[static_cast<std::size_t>(block * batch_ + sample)];
  }

  void add_shared(float* y) {
    if (!widened_.empty()) find_used();
    for (std::int64_t first = 0; first < columns_; first += kStrip) {
      const std::int64_t width = std::min(kStrip, columns_ - first);
      // Side by side: in y the samples' strips would lie in the same few places of the cache.
      for (std::int64_t n = 0; n < batch_; ++n)
        std::copy_n(y + n * columns_ + first, width, sums_.data() + n * kStrip);
      for (std::int64_t b = 0; b < blocks_; ++b) {
        const float* rows = widened_.empty()
                                ? strips_->data() + (first * rows_ + b * kBlock * kStrip)
                                : widen(b * kBlock, first, width);
        for (std::int64_t n = 0; n < batch_; ++n) {
          if (widened_.empty()) prefetch(rows + kBlock * kStrip, n);
          kernels().add_strip_rows(rows, active(b, n), count(b, n), sums_.data() + n * kStrip);
        }
      }
      for (std::int64_t n = 0; n < batch_; ++n)
        std::copy_n(sums_.data() + n * kStrip, width, y + n * columns_ + first);
    }
  }

  /// The rows that some sample uses.
  void find_used() {
    used_.assign(static_cast<std::size_t>(blocks_ * kBlock), 0);
    for (std::int64_t b = 0; b < blocks_; ++b) {
      for (std::int64_t n = 0; n < batch_; ++n) {
        const ActiveRow* rows = active(b, n);
        for (std::int64_t i = 0; i < count(b, n); ++i)
          used_[static_cast<std::size_t>(b * kBlock + rows[i].row)] = 1;
      }
    }
  }

  /// Makes the used rows of the block at `row` single, and asks for those of the next block.
  const float* widen(std::int64_t row, std::int64_t first, std::int64_t width) {
    constexpr std::int64_t kLine = 32;
    for (std::int64_t r = row; r < std::min(row + kBlock, rows_); ++r) {
      const std::uint16_t* from = whole_->half.data() + r * columns_ + first;
      if (r + kBlock < rows_ && used_[static_cast<std::size_t>(r + kBlock)] != 0) {
        for (std::int64_t c = 0; c < width; c += kLine)
          __builtin_prefetch(from + kBlock * columns_ + c);
      }
      if (used_[static_cast<std::size_t>(r)] == 0) continue;
      float* to = widened_.data() + (r - row) * kStrip;
      if (width == kStrip) {
        kernels().widen_strip_row(from, to);
        continue;
      }
      std::array<std::uint16_t, kStrip> padded{};
      std::copy_n(from, width, padded.data());
      kernels().widen_strip_row(padded.data(), to);
    }
    return widened_.data();
  }

  /// Brings sample n's share of the block of rows that comes next nearer.
  void prefetch(const float* block, std::int64_t n) const {
    constexpr std::int64_t kLine = 16, kLines = kBlock * kStrip / kLine;
    for (std::int64_t i = n * kLines / batch_; i < (n + 1) * kLines / batch_; ++i)
      __builtin_prefetch(block + i * kLine);
  }

  std::int64_t batch_, rows_, columns_, block_ = 0, blocks_ = 0;
  bool is_shared_ = false;
  std::vector<ActiveRow> active_;
  std::vector<std::int64_t> counts_;
  const Rows* whole_ = nullptr;
  const Tensor* strips_ = nullptr;
  std::vector<float> widened_;  ///< of a block: [row][kStrip]
  std::vector<float> sums_;     ///< of a strip: [sample][kStrip]
  std::vector<std::uint8_t> used_;
};

/// y = W x + b with zeros skipped.
class SparseLinear final : public PlanStep {
 public:
  SparseLinear(const StepSite& site, const Linear& op)
      : site_(site), op_(op), forward_(site.context, site.batch, op.weight, true) {
    site.allocate(Layout::kPlain);
  }

  void forward() override {
    const std::int64_t outputs = op_.weight->shape()[0];
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      float* y = site_.output().x() + n * outputs;
      if (op_.bias) {
        std::copy_n(op_.bias->data(), outputs, y);
      } else {
        std::fill_n(y, outputs, 0.0F);
      }
    }
    forward_.add(site_.input().x(), site_.output().x());
  }

  void backward() override {
    NodeMemory& input = site_.input();
    if (!input.gradient_wanted) return;
    if (!input.gradient_started) std::fill_n(input.g(), input.elements(), 0.0F);
    if (!backward_) backward_.emplace(site_.context, site_.batch, op_.weight, false);
    backward_->add(site_.output().g(), input.g());
    input.gradient_started = true;
  }

 private:
  StepSite site_;
  const Linear& op_;
  SparseProduct forward_;
  std::optional<SparseProduct> backward_;  ///< made on first use
};

}  // namespace

std::unique_ptr<PlanStep> make_linear(const StepSite& site, const Linear& op) {
  if (Library* library = site.context.library()) {
    if (auto step = library->linear(site, op)) return step;
  }
  return std::make_unique<SparseLinear>(site, op);
}

}  // namespace arcadecam::nn::steps
