// RISE: the mean value of what random masks leave where they show a pixel (Petsiuk et al. 2018, eq.
// 5 and 6, each pixel over its own coverage).
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "arcadecam/explain/map_algebra.h"
#include "explain/cell_masks.h"
#include "explain/equal_values.h"
#include "explain/first_convolution.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "explain/plane_kernels.h"

namespace arcadecam::explain {
namespace {

/// One mask: a coarse grid of zeros and ones, stretched over a picture one cell larger than the
/// observation, of which a part is cut out.
struct Mask {
  std::vector<float> cells;
  std::int64_t down, right;  ///< where the cut begins
};

class Rise final : public Explainer {
 public:
  Rise(const nn::Graph& graph, const Params& params)
      : input_(graph.shape(0)),
        plane_(plane_of(input_)),
        cells_(params.integer("grid", 2, std::min(plane_[0], plane_[1]))),
        probability_(params.number("probability", kLeast, 1)),
        seed_(static_cast<std::uint64_t>(params.integer("seed"))),
        cell_height_((plane_[0] + cells_ - 1) / cells_),
        cell_width_((plane_[1] + cells_ - 1) / cells_),
        resize_({cells_, cells_}, {(cells_ + 1) * cell_height_, (cells_ + 1) * cell_width_},
                Alignment::kHalfPixel),
        stretched_(resize_.to()),
        cuts_(plane_.batch_of(Probe::kBatch)),
        coverage_(plane_),
        masks_(static_cast<std::size_t>(params.integer("masks", 1, kMost))) {
    probes_ = true;
  }

  void explain(const Query& query, Attribution& result) override {
    observation_.resize(input_);
    read_observation(query, observation_.view());
    draw(query);
    result.map.resize(plane_);
    for (Tensor* sum : {&result.map, &coverage_}) std::ranges::fill(sum->values(), 0.0F);
    values_.clear();
    if (!through_cells(query, result)) {
      const Probe::Fill fill = [&](std::int64_t index, std::span<float> values) {
        const float* mask = cut(index);
        const std::int64_t area = plane_.count();
        for (std::int64_t c = 0; c < input_[0]; ++c) {
          const float* __restrict from = observation_.data() + c * area;
          float* __restrict to = values.data() + c * area;
          for (std::int64_t i = 0; i < area; ++i) to[i] = from[i] * mask[i];
        }
      };
      probe(query, {std::ssize(masks_)}, result, fill);
    }
    average(result);
    result.layers.clear();
  }

 private:
  static constexpr std::int64_t kMost = 1000000;
  static constexpr double kLeast = 0.001;

  /// Adds up what the network makes of the masks, whose fill() writes the values of the plan's node
  /// and cuts the mask.
  template <typename F>
  void probe(const Query& query, const ProbePlan& plan, Attribution& result, const F& fill) {
    query.probe.run(query, plan, fill, [&](std::int64_t index, const Query& probed) {
      values_.push_back(probed.value());
      const float* mask = cuts_[index % Probe::kBatch].data();
      const auto difference = static_cast<float>(values_.back() - values_.front());
      plane_kernels().add(mask, plane_.count(), difference, result.map.data());
      plane_kernels().add(mask, plane_.count(), 1.0F, coverage_.data());
    });
  }

  /// What is seen through a mask is linear in its cells up to the first convolution: only where a
  /// cut begins changes how. False where that is no use.
  bool through_cells(const Query& query, Attribution& result) {
    const auto first = first_convolution(query.graph);
    if (!first) return false;
    CellMasks seen(query.graph, *first);
    if (!seen.pays({std::ssize(masks_), cell_height_, cell_height_ * cell_width_,
                    static_cast<double>(cell_height_), static_cast<double>(cell_width_)}))
      return false;
    const Tensor rows = cell_shares(cells_, stretched_.shape()[0], Alignment::kHalfPixel);
    const Tensor columns = cell_shares(cells_, stretched_.shape()[1], Alignment::kHalfPixel);
    const auto from = [&](const Tensor& shares, std::int64_t begin, std::int64_t pixels) {
      Tensor cut_shares(Shape{pixels, cells_});
      std::copy_n(shares.data() + begin * cells_, pixels * cells_, cut_shares.data());
      return cut_shares;
    };
    std::int64_t down = -1, right = -1;
    std::vector<const float*> alike;
    const Probe::FillAll fill = [&](std::int64_t begin, std::int64_t count, float* to) {
      const std::int64_t size = query.graph.shape(first->node).count();
      const auto end = begin + count;
      for (std::int64_t next = begin; begin < end; begin = next, to += std::ssize(alike) * size) {
        const Mask& mask = masks_[static_cast<std::size_t>(begin)];
        if (mask.down != down) seen.see_rows(observation_.data(), from(rows, mask.down, plane_[0]));
        if (mask.down != down || mask.right != right)
          seen.see_columns(from(columns, mask.right, plane_[1]));
        down = mask.down;
        right = mask.right;
        alike.clear();
        for (next = begin; next < end; ++next) {
          const Mask& other = masks_[static_cast<std::size_t>(next)];
          if (other.down != down || other.right != right) break;
          alike.push_back(other.cells.data());
          cut(next);
        }
        seen.values(alike, to);
      }
    };
    ProbePlan plan{std::ssize(masks_), {}, first->node};
    plan.channels_last = true;
    probe(query, plan, result, fill);
    return true;
  }

  /// Makes raw and map of the sums over the masks, Σ (f − f₀)·M in the map and Σ M, f₀ the first
  /// mask's value. Over masks·probability, as the paper has it, a pixel that chance shows more
  /// often would get more of what all values have in common.
  void average(Attribution& result) {
    result.raw.resize(plane_);
    const double first = values_.front();
    if (equal_values(values_)) {
      std::ranges::fill(result.raw.values(), static_cast<float>(first));
      std::ranges::fill(result.map.values(), 0.0F);
      return;
    }
    double mean = 0;
    for (const double value : values_)
      mean += (value - first) / static_cast<double>(values_.size());
    for (std::int64_t i = 0; i < plane_.count(); ++i) {
      float& value = result.map.data()[i];
      const float covered = coverage_.data()[i];
      value = covered > 0 ? value / covered : static_cast<float>(mean);
      result.raw.data()[i] = static_cast<float>(first + static_cast<double>(value));
    }
    // All pixels share a large offset that says nothing: the map begins at the smallest.
    const auto [least, most] = std::ranges::minmax(result.map.values());
    for (float& value : result.map.values())
      value = most > least ? (value - least) / (most - least) : 0.0F;
  }

  void draw(const Query& query) {
    Random random = Probe::random(query, seed_);
    for (Mask& mask : masks_) {
      mask.cells.resize(static_cast<std::size_t>(cells_ * cells_));
      for (float& cell : mask.cells) cell = random.uniform() < probability_ ? 1.0F : 0.0F;
      const auto below = [&](std::int64_t bound) {
        return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(bound)));
      };
      mask.down = below(cell_height_);
      mask.right = below(cell_width_);
    }
    // Their order is of no account: those that are cut alike follow one another.
    std::stable_sort(masks_.begin(), masks_.end(), [](const Mask& a, const Mask& b) {
      return std::pair(a.down, a.right) < std::pair(b.down, b.right);
    });
  }

  /// Draws mask `index` as a plane, which is kept until a batch of others was drawn.
  const float* cut(std::int64_t index) {
    const Mask& mask = masks_[static_cast<std::size_t>(index)];
    std::ranges::fill(stretched_.values(), 0.0F);
    resize_.add(mask.cells.data(), 1.0F, stretched_.data());
    float* to = cuts_[index % Probe::kBatch].data();
    const std::int64_t height = plane_[0], width = plane_[1], wide = resize_.to()[1];
    for (std::int64_t y = 0; y < height; ++y)
      std::copy_n(stretched_.data() + (y + mask.down) * wide + mask.right, width, to + y * width);
    return to;
  }

  Shape input_, plane_;
  std::int64_t cells_;
  double probability_;
  std::uint64_t seed_;
  std::int64_t cell_height_, cell_width_;
  BilinearResize resize_;
  Tensor stretched_, observation_, cuts_, coverage_;
  std::vector<Mask> masks_;
  std::vector<double> values_;  ///< of what every mask leaves
};

std::span<const Param> rise_params() {
  static constexpr std::array<Param, 4> kParams{
      {{"masks", "1000", "how many masks are drawn"},
       {"grid", "8", "cells of a mask along each side"},
       {"probability", "0.5", "how likely a cell is left to be seen"},
       {"seed", "0", "another seed, other masks"}}};
  return kParams;
}

}  // namespace

extern constinit const Method rise_entry{
    "rise",
    "RISE: random masks, weighted by the value of what they leave",
    "Petsiuk et al. 2018, arXiv:1806.07421",
    rise_params,
    {.is_signed = true, .linear = true, .scale_invariant = true, .stochastic = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<Rise>(graph, params);
    },
    "1000 forward"};

}  // namespace arcadecam::explain
