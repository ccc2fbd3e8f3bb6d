#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nn/kernels/kernels.h"
#include "nn/steps/context.h"

namespace arcadecam::nn::steps {

/// y += x·M for every sample of a batch, where most x are zero: whole rows of M are added up.
/// Every sample's sums run over its rows in their order, so that they are the same in every batch.
class SparseProduct {
 public:
  /// M is `matrix` or its transpose. `order`: where not empty, the rows of M in the order in which
  /// they are added up: those that are mostly used together should be neighbours.
  SparseProduct(PlanContext& context, std::int64_t batch, const Weights& matrix, bool transposed,
                std::span<const std::int32_t> order = {});

  /// `x` is [sample][row], `y` is [sample][column]. Without an order.
  void add(const float* x, float* y);
  /// The same in two steps: first, for each sample, its x that are not zero, in order. A row is its
  /// place in the order.
  void take(std::int64_t sample, std::span<const ActiveRow> rows);
  void add_taken(float* y);

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
  void add_shared(float* y);
  [[nodiscard]] std::int64_t row_at(std::int64_t place) const {
    return order_.empty() ? place : order_[static_cast<std::size_t>(place)];
  }
  /// Finds the rows that some sample uses.
  void find_used();
  /// Makes the used rows of the block at `place` single, and asks for those of the next block.
  const float* widen(std::int64_t place, std::int64_t first, std::int64_t width);
  /// Brings sample n's share of the block of rows that comes next nearer.
  void prefetch(const float* block, std::int64_t n) const;

  std::int64_t batch_, rows_, columns_, block_ = 0, blocks_ = 0;
  bool is_shared_ = false;
  std::vector<std::int32_t> order_;
  /// Rows count from the block's first, but in an order whose rows are read where they are.
  std::vector<ActiveRow> active_;
  std::vector<std::int64_t> counts_;
  const Rows* whole_ = nullptr;
  const Tensor* strips_ = nullptr;
  std::vector<float> widened_;  ///< of a block: [row][kStrip]
  std::vector<float> sums_;     ///< of a strip: [sample][kStrip]
  std::vector<std::uint8_t> used_;
};

}  // namespace arcadecam::nn::steps
