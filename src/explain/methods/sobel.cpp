// Edges of the newest frame: a map that knows nothing of the network (Adebayo et al. 2018 compare
// with it).
#include <algorithm>
#include <cmath>

#include "explain/layers.h"
#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

class Sobel final : public Explainer {
 public:
  explicit Sobel(const nn::Graph& graph) : input_(graph.shape(0)) { plane_of(input_); }

  void explain(const Query& query, Attribution& result) override {
    result.raw.resize(plane_of(input_));
    result.layers.clear();
    std::visit(
        [&](const auto& batch) {
          const auto frames = batch[query.sample];
          std::ranges::fill(result.raw.values(), 0.0F);
          // The strongest edge of all colours.
          for (std::int64_t c = input_[0] - query.frame_planes; c < input_[0]; ++c)
            edges(frames[c].data(), result.raw.data());
        },
        query.observations.values);
    result.map = result.raw;
  }

 private:
  /// map ← max(map, |∇|) with Sobel's 3×3 kernels; edges mirrored without repeating the border
  /// (OpenCV's default).
  template <typename T>
  void edges(const T* frame, float* map) const {
    const std::int64_t height = input_[1], width = input_[2];
    const auto mirrored = [](std::int64_t i, std::int64_t size) {
      if (size == 1) return std::int64_t{0};
      return i < 0 ? -i : i >= size ? 2 * size - 2 - i : i;
    };
    for (std::int64_t y = 0; y < height; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        const auto at = [&](std::int64_t dy, std::int64_t dx) {
          return static_cast<float>(
              frame[mirrored(y + dy, height) * width + mirrored(x + dx, width)]);
        };
        const float gx =
            at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
        const float gy =
            at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
        float& strongest = map[y * width + x];
        strongest = std::max(strongest, std::sqrt(gx * gx + gy * gy));
      }
    }
  }

  Shape input_;
};

}  // namespace

extern constinit const Method sobel_entry{
    "sobel",
    "baseline: edges of the newest frame, whatever the network",
    "Sobel & Feldman 1968; as a baseline: Adebayo et al. 2018, arXiv:1810.03292",
    []() -> std::span<const Param> { return {}; },
    {.uses_decision = false},
    [](const nn::Graph& graph, const Params&) -> std::unique_ptr<Explainer> {
      return std::make_unique<Sobel>(graph);
    }};

}  // namespace arcadecam::explain
