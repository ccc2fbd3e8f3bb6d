#include "explain/cell_masks.h"

#include <algorithm>
#include <cmath>

#include "explain/plane_kernels.h"

namespace arcadecam::explain {
namespace {

/// Shares for reading pixel by pixel: what lies outside the picture takes nothing.
class Side {
 public:
  explicit Side(const Tensor& shares)
      : shares_(shares.data()), pixels_(shares.shape()[0]), cells_(shares.shape()[1]) {}
  [[nodiscard]] std::int64_t cells() const { return cells_; }
  [[nodiscard]] float share(std::int64_t pixel, std::int64_t cell) const {
    return pixel >= 0 && pixel < pixels_ ? shares_[pixel * cells_ + cell] : 0.0F;
  }

 private:
  const float* shares_;
  std::int64_t pixels_, cells_;
};

}  // namespace

Tensor cell_shares(std::int64_t cells, std::int64_t pixels, Alignment alignment) {
  BilinearResize resize({cells, 1}, {pixels, 1}, alignment);
  std::vector<float> cell(static_cast<std::size_t>(cells)),
      column(static_cast<std::size_t>(pixels));
  Tensor result(Shape{pixels, cells});
  for (std::int64_t c = 0; c < cells; ++c) {
    std::ranges::fill(cell, 0.0F);
    std::ranges::fill(column, 0.0F);
    cell[static_cast<std::size_t>(c)] = 1;
    resize.add(cell.data(), 1.0F, column.data());
    for (std::int64_t p = 0; p < pixels; ++p)
      result.data()[p * cells + c] = column[static_cast<std::size_t>(p)];
  }
  return result;
}

CellMasks::CellMasks(const nn::Graph& graph, const FirstConvolution& first)
    : op_(std::get<nn::Conv2d>(graph.node(first.node).op)),
      factor_(first.factor),
      input_(graph.shape(0)),
      output_(graph.shape(first.node)),
      kernel_height_(op_.weight->shape()[2]),
      kernel_width_(op_.weight->shape()[3]),
      weights_(static_cast<std::size_t>(op_.weight->size())),
      bias_(static_cast<std::size_t>(output_[0])) {
  if (op_.bias) std::ranges::copy(op_.bias->values(), bias_.begin());
  const std::int64_t outputs = output_[0], planes = input_[0];
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t c = 0; c < planes; ++c) {
      for (std::int64_t y = 0; y < kernel_height_; ++y) {
        for (std::int64_t x = 0; x < kernel_width_; ++x) {
          const std::int64_t to = ((x * planes + c) * kernel_height_ + y) * outputs + o;
          const std::int64_t from = ((o * planes + c) * kernel_height_ + y) * kernel_width_ + x;
          weights_[static_cast<std::size_t>(to)] = op_.weight->data()[from];
        }
      }
    }
  }
}

std::vector<CellMasks::Reach> CellMasks::reaches(const Tensor& shares, std::int64_t places,
                                                 std::int64_t size) const {
  const Side side(shares);
  std::vector<Reach> result;
  for (std::int64_t place = 0; place < places; ++place) {
    const std::int64_t start = place * op_.stride - op_.padding;
    Reach reach{0, 0};
    for (std::int64_t cell = 0; cell < side.cells(); ++cell) {
      bool reached = false;
      for (std::int64_t k = 0; k < size; ++k) reached = reached || side.share(start + k, cell) != 0;
      if (!reached) continue;
      if (reach.count == 0) reach.first = cell;
      reach.count = cell + 1 - reach.first;
    }
    result.push_back(reach);
  }
  return result;
}

void CellMasks::see_rows(const float* observation, const Tensor& shares) {
  const Side side(shares);
  rows_ = reaches(shares, output_[1], kernel_height_);
  most_rows_ = 0;
  for (const Reach& reach : rows_) most_rows_ = std::max(most_rows_, reach.count);
  const std::int64_t outputs = output_[0], planes = input_[0], height = input_[1],
                     width = input_[2], products = planes * kernel_height_;
  of_rows_.assign(static_cast<std::size_t>(output_.count() * most_rows_ * kernel_width_), 0.0F);
  factors_.resize(static_cast<std::size_t>(products));
  for (std::int64_t pixel = 0; pixel < output_[1] * output_[2]; ++pixel) {
    const Reach& reach = rows_[static_cast<std::size_t>(pixel / output_[2])];
    const std::int64_t top = pixel / output_[2] * op_.stride - op_.padding;
    const std::int64_t left = pixel % output_[2] * op_.stride - op_.padding;
    for (std::int64_t kx = 0; kx < kernel_width_; ++kx) {
      const std::int64_t x = left + kx;
      if (x < 0 || x >= width) continue;
      for (std::int64_t i = 0; i < reach.count; ++i) {
        for (std::int64_t c = 0; c < planes; ++c) {
          for (std::int64_t ky = 0; ky < kernel_height_; ++ky) {
            const std::int64_t y = top + ky;
            const float seen = side.share(y, reach.first + i);
            factors_[static_cast<std::size_t>(c * kernel_height_ + ky)] =
                seen == 0 ? 0.0F : observation[(c * height + y) * width + x] * factor_ * seen;
          }
        }
        plane_kernels().add_rows(
            weights_.data() + kx * products * outputs, factors_.data(), products, outputs,
            of_rows_.data() + ((pixel * most_rows_ + i) * kernel_width_ + kx) * outputs);
      }
    }
  }
}

void CellMasks::see_columns(const Tensor& shares) {
  const Side side(shares);
  columns_ = reaches(shares, output_[2], kernel_width_);
  cell_columns_ = side.cells();
  most_columns_ = 0;
  for (const Reach& reach : columns_) most_columns_ = std::max(most_columns_, reach.count);
  const std::int64_t outputs = output_[0];
  of_cells_.assign(static_cast<std::size_t>(output_.count() * most_rows_ * most_columns_), 0.0F);
  factors_.resize(static_cast<std::size_t>(kernel_width_));
  for (std::int64_t pixel = 0; pixel < output_[1] * output_[2]; ++pixel) {
    const Reach& rows = rows_[static_cast<std::size_t>(pixel / output_[2])];
    const Reach& columns = columns_[static_cast<std::size_t>(pixel % output_[2])];
    const std::int64_t left = pixel % output_[2] * op_.stride - op_.padding;
    for (std::int64_t j = 0; j < columns.count; ++j) {
      for (std::int64_t kx = 0; kx < kernel_width_; ++kx)
        factors_[static_cast<std::size_t>(kx)] = side.share(left + kx, columns.first + j);
      for (std::int64_t i = 0; i < rows.count; ++i) {
        const std::int64_t row = pixel * most_rows_ + i;
        plane_kernels().add_rows(of_rows_.data() + row * kernel_width_ * outputs, factors_.data(),
                                 kernel_width_, outputs,
                                 of_cells_.data() + (row * most_columns_ + j) * outputs);
      }
    }
  }
}

void CellMasks::values(std::span<const float* const> masks, float* to) const {
  const std::int64_t outputs = output_[0], area = output_[1] * output_[2];
  // So many at a time read what a pixel's cells make of it while it is in the first-level cache.
  constexpr std::int64_t kTogether = 8;
  for (std::int64_t first = 0; first < std::ssize(masks); first += kTogether) {
    const std::int64_t count = std::min(kTogether, std::ssize(masks) - first);
    for (std::int64_t pixel = 0; pixel < area; ++pixel) {
      const Reach& rows = rows_[static_cast<std::size_t>(pixel / output_[2])];
      const Reach& columns = columns_[static_cast<std::size_t>(pixel % output_[2])];
      plane_kernels().sum_grids(
          {rows.count, columns.count, most_columns_, cell_columns_, outputs, bias_.data()},
          of_cells_.data() + pixel * most_rows_ * most_columns_ * outputs, masks.data() + first,
          rows.first * cell_columns_ + columns.first, count,
          to + first * output_.count() + pixel * outputs, output_.count());
    }
  }
}

bool CellMasks::pays(const Plan& plan) const {
  const auto reached = [](std::int64_t kernel, double cell) {
    return 1 + std::ceil(static_cast<double>(kernel) / cell);
  };
  const double rows = reached(kernel_height_, plan.cell_height);
  const double cells = rows * reached(kernel_width_, plan.cell_width);
  constexpr double kMostCells = 64;  // so many values are kept per value of the convolution
  if (cells > kMostCells) return false;
  // Products per value of the convolution.
  const auto plain = static_cast<double>(input_[0] * kernel_height_ * kernel_width_);
  const double shared = static_cast<double>(plan.rows_seen) * plain * rows +
                        static_cast<double>(plan.columns_seen * kernel_width_) * cells +
                        static_cast<double>(plan.masks) * cells;
  return 2 * shared < static_cast<double>(plan.masks) * plain;
}

}  // namespace arcadecam::explain
