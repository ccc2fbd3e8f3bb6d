#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "nn/kernels/kernels.h"
#include "nn/onednn/context.h"
#include "nn/sparse_batch.h"

namespace arcadecam::nn::onednn {
namespace {

/// y += x·M for every sample of a batch, where most x are zero: whole rows of M are added up.
/// Every sample's sums run over its rows in their order, so that they are the same in every batch.
class SparseProduct {
 public:
  /// M is `matrix` or its transpose.
  SparseProduct(Context& context, std::int64_t batch, const Weights& matrix, bool transposed)
      : batch_(batch),
        rows_(matrix->shape()[transposed ? 1 : 0]),
        columns_(matrix->shape()[transposed ? 0 : 1]),
        active_(static_cast<std::size_t>(batch * rows_)) {
    const bool halves = context.layouts().halves(matrix);
    if (batch < (halves ? kSharedHalves : kShared)) {
      whole_ = &context.layouts().rows(matrix, transposed);
      block_ = rows_;
    } else {
      if (halves) {
        halves_ = &context.layouts().rows(matrix, transposed).half;
        widened_.resize(static_cast<std::size_t>(kBlock * kStrip));
      } else {
        strips_ = &context.layouts().strips(matrix, transposed);
      }
      block_ = kBlock;
    }
    blocks_ = (rows_ + block_ - 1) / block_;
    counts_.resize(static_cast<std::size_t>(batch * blocks_));
  }

  void add(const float* x, float* y) {
    for (std::int64_t n = 0; n < batch_; ++n) {
      for (std::int64_t b = 0, first = 0; b < blocks_; ++b, first += block_) {
        const std::int64_t at = n * rows_ + first;
        count(n, b) =
            kernels().list_active(x + at, std::min(block_, rows_ - first), active_.data() + at);
      }
    }
    if (strips_ != nullptr) return add_strips(y);
    if (halves_ != nullptr) return add_halves(y);
    for (std::int64_t n = 0; n < batch_; ++n) {
      const ActiveRow* active = active_.data() + n * rows_;
      if (!whole_->half.empty()) {
        kernels().add_half_rows(whole_->half.data(), columns_, active, count(n, 0),
                                y + n * columns_);
      } else {
        kernels().add_rows(whole_->single.data(), columns_, active, count(n, 0), y + n * columns_);
      }
    }
  }

 private:
  // Few samples: whole rows, each read once, in order. From so many samples on: blocks of rows of a
  // strip, which stay in the first-level cache while all samples use them. Rows in half precision
  // are half as much to read, but a block of them is made single again first.
  static constexpr std::int64_t kShared = 4, kSharedHalves = 8, kBlock = 48;

  std::int64_t& count(std::int64_t sample, std::int64_t block) {
    return counts_[static_cast<std::size_t>(sample * blocks_ + block)];
  }

  void add_strips(float* y) {
    for (std::int64_t first = 0; first < columns_; first += kStrip) {
      const float* strip = strips_->data() + first * rows_;
      for (std::int64_t b = 0; b < blocks_; ++b) {
        const std::int64_t row = b * block_;
        for (std::int64_t n = 0; n < batch_; ++n) {
          prefetch(strip + (row + kBlock) * kStrip, n);
          add_strip(strip + row * kStrip, active_.data() + n * rows_ + row, count(n, b),
                    y + n * columns_ + first, std::min(kStrip, columns_ - first));
        }
      }
    }
  }

  void add_halves(float* y) {
    find_used();
    for (std::int64_t first = 0; first < columns_; first += kStrip) {
      const std::int64_t width = std::min(kStrip, columns_ - first);
      for (std::int64_t b = 0; b < blocks_; ++b) {
        widen(b * block_, first, width);
        for (std::int64_t n = 0; n < batch_; ++n) {
          add_strip(widened_.data(), active_.data() + n * rows_ + b * block_, count(n, b),
                    y + n * columns_ + first, width);
        }
      }
    }
  }

  /// The rows that some sample uses.
  void find_used() {
    used_.assign(static_cast<std::size_t>(blocks_ * block_), 0);
    for (std::int64_t n = 0; n < batch_; ++n) {
      for (std::int64_t b = 0; b < blocks_; ++b) {
        const ActiveRow* active = active_.data() + n * rows_ + b * block_;
        for (std::int64_t i = 0; i < count(n, b); ++i)
          used_[static_cast<std::size_t>(b * block_ + active[i].row)] = 1;
      }
    }
  }

  /// Makes the used rows of the block at `row` single, and asks for those of the next block.
  void widen(std::int64_t row, std::int64_t first, std::int64_t width) {
    constexpr std::int64_t kLine = 32;
    for (std::int64_t r = row; r < std::min(row + kBlock, rows_); ++r) {
      const std::uint16_t* from = halves_->data() + r * columns_ + first;
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
  }

  /// Brings sample n's share of the block of rows that comes next nearer.
  void prefetch(const float* block, std::int64_t n) const {
    constexpr std::int64_t kLine = 16, kLines = kBlock * kStrip / kLine;
    for (std::int64_t i = n * kLines / batch_; i < (n + 1) * kLines / batch_; ++i)
      __builtin_prefetch(block + i * kLine);
  }

  static void add_strip(const float* strip, const ActiveRow* active, std::int64_t count, float* y,
                        std::int64_t width) {
    if (width == kStrip) return kernels().add_strip_rows(strip, active, count, y);
    std::array<float, kStrip> padded{};
    std::copy_n(y, width, padded.data());
    kernels().add_strip_rows(strip, active, count, padded.data());
    std::copy_n(padded.data(), width, y);
  }

  std::int64_t batch_, rows_, columns_, block_ = 0, blocks_ = 0;
  std::vector<ActiveRow> active_;
  std::vector<std::int64_t> counts_;
  const Rows* whole_ = nullptr;
  const Tensor* strips_ = nullptr;
  const std::vector<std::uint16_t>* halves_ = nullptr;
  std::vector<float> widened_;  ///< of a block: [row][kStrip]
  std::vector<std::uint8_t> used_;
};

/// y = W x + b with zeros skipped.
class SparseLinear final : public Step {
 public:
  SparseLinear(const StepSite& site, const Linear& op)
      : site_(site), op_(op), forward_(site.context, site.batch, op.weight, true) {
    site.allocate(plain_desc(site.batch, site.shape()));
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

/// The same as a dense matrix product, for larger batches.
class DenseLinear final : public Step {
 public:
  DenseLinear(const StepSite& site, const Linear& op) : site_(site), op_(op) {
    const auto& engine = site.context.engine();
    const Shape& shape = op.weight->shape();
    plain_ = make_desc({shape[0], shape[1]}, Tag::ab);
    any_ = make_desc({shape[0], shape[1]}, Tag::any);
    const auto bias_desc = make_desc({shape[0]}, Tag::a);
    site.allocate(plain_desc(site.batch, site.shape()));
    forward_desc_ = inner_product_forward(engine, site.input().activation.get_desc(), any_,
                                          bias_desc, site.output().activation.get_desc());
    forward_ = dnnl::inner_product_forward(forward_desc_);
    const Tensor& bias = op.bias ? *op.bias : site.context.zeros(shape[0]);
    arguments_ = {{DNNL_ARG_SRC, site.input().activation},
                  {DNNL_ARG_WEIGHTS,
                   site.context.weights_in(op.weight, plain_, forward_desc_.weights_desc())},
                  // Read only, see Convolution.
                  {DNNL_ARG_BIAS, dnnl::memory(bias_desc, engine, const_cast<float*>(bias.data()))},
                  {DNNL_ARG_DST, site.output().activation}};
  }

  void forward() override {
    dnnl::stream stream = site_.context.stream();
    forward_.execute(stream, arguments_);
  }

  void backward() override {
    NodeMemory& input = site_.input();
    if (!input.gradient_wanted) return;
    if (backward_arguments_.empty()) {
      const auto desc =
          inner_product_backward(site_.context.engine(), input.gradient.get_desc(), any_,
                                 site_.output().gradient.get_desc(), forward_desc_);
      backward_ = dnnl::inner_product_backward_data(desc);
      backward_arguments_ = {
          {DNNL_ARG_DIFF_DST, site_.output().gradient},
          {DNNL_ARG_WEIGHTS, site_.context.weights_in(op_.weight, plain_, desc.weights_desc())}};
    }
    const bool direct = !input.gradient_started;
    if (!direct && !scratch_)
      scratch_ = dnnl::memory(input.gradient.get_desc(), site_.context.engine());
    backward_arguments_[DNNL_ARG_DIFF_SRC] = direct ? input.gradient : scratch_;
    dnnl::stream stream = site_.context.stream();
    backward_.execute(stream, backward_arguments_);
    if (!direct) {
      const float* addend = static_cast<const float*>(scratch_.get_data_handle());
      for (std::int64_t i = 0; i < input.elements(); ++i) input.g()[i] += addend[i];
    }
    input.gradient_started = true;
  }

 private:
  StepSite site_;
  const Linear& op_;
  dnnl::memory::desc plain_, any_;
  dnnl::inner_product_forward::primitive_desc forward_desc_;
  dnnl::inner_product_forward forward_;
  dnnl::inner_product_backward_data backward_;
  std::unordered_map<int, dnnl::memory> arguments_, backward_arguments_;
  dnnl::memory scratch_;
};

}  // namespace

std::unique_ptr<Step> make_linear(const StepSite& site, const Linear& op) {
  if (site.batch <= kLargestSparseBatch) return std::make_unique<SparseLinear>(site, op);
  return std::make_unique<DenseLinear>(site, op);
}

}  // namespace arcadecam::nn::onednn
