#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/nn/graph.h"
#include "explain/first_convolution.h"

namespace arcadecam::explain {

/// What every pixel along one side of a plane takes from the cells along it: [pixel][cell], as a
/// bilinear resize of so many cells gives it.
Tensor cell_shares(std::int64_t cells, std::int64_t pixels, Alignment alignment);

/// The first convolution's values of one observation that is seen through masks, which lie between
/// their cells bilinearly: Σ over cells of cell·(what the convolution makes of that cell's share of
/// the observation). No mask is drawn and no pass is run for them.
class CellMasks {
 public:
  CellMasks(const nn::Graph& graph, const FirstConvolution& first);

  /// The observation, and what its rows of pixels take from the rows of cells ([height][cells]).
  void see_rows(const float* observation, const Tensor& shares);
  /// After see_rows(): the same for columns ([width][cells]).
  void see_columns(const Tensor& shares);
  /// After both: writes the convolution's values through the cells of masks (C order), mask after
  /// mask, each pixel by pixel with a pixel's channels side by side.
  void values(std::span<const float* const> masks, float* to) const;

  /// How many masks, how often rows and columns are seen for them, and the size of their cells.
  struct Plan {
    std::int64_t masks, rows_seen, columns_seen;
    double cell_height, cell_width;
  };
  /// Whether that is much less work than a convolution per mask.
  [[nodiscard]] bool pays(const Plan& plan) const;

 private:
  /// Cells that the kernel reaches, from `first`, at one place of it.
  struct Reach {
    std::int64_t first, count;
  };
  /// Along one side: by place of the kernel.
  [[nodiscard]] std::vector<Reach> reaches(const Tensor& shares, std::int64_t places,
                                           std::int64_t size) const;

  const nn::Conv2d& op_;
  float factor_;
  Shape input_, output_;
  std::int64_t kernel_height_, kernel_width_;
  std::vector<float> weights_;         ///< [kernel column][plane][kernel row][output]
  std::vector<Reach> rows_, columns_;  ///< by row and column of the output
  std::int64_t most_rows_ = 0, most_columns_ = 0, cell_columns_ = 0;
  std::vector<float> of_rows_;   ///< [output pixel][cell row][kernel column][output]
  std::vector<float> of_cells_;  ///< [output pixel][cell row][cell column][output]
  std::vector<float> factors_, bias_;
};

}  // namespace arcadecam::explain
