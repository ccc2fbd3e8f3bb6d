// RISE: random masks, averaged with the value that the network gives what they leave
// (Petsiuk et al. 2018, eq. 6).
#include <algorithm>
#include <array>
#include <vector>

#include "arcadecam/explain/map_algebra.h"
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
        masks_(static_cast<std::size_t>(params.integer("masks", 1, kMost))) {
    probes_ = true;
  }

  void explain(const Query& query, Attribution& result) override {
    observation_.resize(input_);
    read_observation(query, observation_.view());
    draw(query);
    result.raw.resize(plane_);
    std::ranges::fill(result.raw.values(), 0.0F);
    const double share = 1 / (static_cast<double>(masks_.size()) * probability_);
    query.probe.run(
        query, {std::ssize(masks_)},
        [&](std::int64_t index, std::span<float> values) {
          const float* mask = cut(index);
          const std::int64_t area = plane_.count();
          for (std::int64_t c = 0; c < input_[0]; ++c) {
            const float* __restrict from = observation_.data() + c * area;
            float* __restrict to = values.data() + c * area;
            for (std::int64_t i = 0; i < area; ++i) to[i] = from[i] * mask[i];
          }
        },
        [&](std::int64_t index, const Query& probed) {
          plane_kernels().add(cuts_[index % Probe::kBatch].data(), plane_.count(),
                              static_cast<float>(share * probed.value()), result.raw.data());
        });
    // Every mask shows something, so all pixels share a large offset that says nothing: the map
    // begins at the smallest.
    result.map = result.raw;
    const float least = *std::ranges::min_element(result.map.values());
    for (float& value : result.map.values()) value -= least;
    const float largest = *std::ranges::max_element(result.map.values());
    if (largest > 0) {
      for (float& value : result.map.values()) value /= largest;
    }
    result.layers.clear();
  }

 private:
  static constexpr std::int64_t kMost = 1000000;
  static constexpr double kLeast = 0.001;

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
  Tensor stretched_, observation_, cuts_;
  std::vector<Mask> masks_;
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
