// Occlusion: how much the explained value drops when a window is painted over (Zeiler & Fergus
// 2014), as Captum averages it.
#include <algorithm>
#include <array>

#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kFrames{"together", "each"};

class Occlusion final : public Explainer {
 public:
  Occlusion(const nn::Graph& graph, const Params& params)
      : input_(graph.shape(0)),
        plane_(plane_of(input_)),
        window_(params.integer("window", 1, std::min(plane_[0], plane_[1]))),
        stride_(params.integer("stride", 1, window_)),
        each_(params.choice("frames", kFrames) == 1),
        fill_(static_cast<float>(params.number("value", 0, kBrightest))),
        rows_((plane_[0] - window_ + stride_ - 1) / stride_ + 1),
        columns_((plane_[1] - window_ + stride_ - 1) / stride_ + 1),
        counts_(plane_) {
    probes_ = true;
    for (std::int64_t at = 0; at < rows_ * columns_; ++at)
      for_each_pixel(at, [&](std::int64_t pixel) { counts_.data()[pixel] += 1; });
  }

  void explain(const Query& query, Attribution& result) override {
    observation_.resize(input_);
    read_observation(query, observation_.view());
    result.planes.resize(input_);
    std::ranges::fill(result.planes.values(), 0.0F);
    const double value = query.value();
    const std::int64_t windows = rows_ * columns_;
    query.probe.run(
        query, {windows * (each_ ? input_[0] / query.frame_planes : 1)}, observation_.view(),
        [&](std::int64_t index, std::span<float> values) {
          for_each_plane(query, index / windows, [&](std::int64_t c) {
            float* frame = values.data() + c * plane_.count();
            for_each_pixel(index % windows, [&](std::int64_t pixel) { frame[pixel] = fill_; });
          });
          return box(index % windows);
        },
        [&](std::int64_t index, const Query& probed) {
          const auto drop = static_cast<float>(value - probed.value());
          for_each_plane(query, index / windows, [&](std::int64_t c) {
            float* frame = result.planes[c].data();
            for_each_pixel(index % windows, [&](std::int64_t pixel) { frame[pixel] += drop; });
          });
        });
    for (std::int64_t i = 0; i < result.planes.size(); ++i)
      result.planes.data()[i] /= counts_.data()[i % plane_.count()];
    sum_planes(result);
    result.layers.clear();
  }

 private:
  static constexpr double kBrightest = 255;

  template <typename F>
  void for_each_plane(const Query& query, std::int64_t frame, F&& visit) const {
    const std::int64_t count = each_ ? query.frame_planes : input_[0];
    for (std::int64_t c = frame * count; c < (frame + 1) * count; ++c) visit(c);
  }

  /// Window `at`; the last of a line is cut at the edge.
  [[nodiscard]] PixelBox box(std::int64_t at) const {
    const auto number = [](std::int64_t value) { return static_cast<int>(value); };
    const std::int64_t top = at / columns_ * stride_, left = at % columns_ * stride_;
    return {number(left), number(top), number(std::min(window_, plane_[1] - left)),
            number(std::min(window_, plane_[0] - top))};
  }

  /// Its pixels.
  template <typename F>
  void for_each_pixel(std::int64_t at, F&& visit) const {
    const PixelBox window = box(at);
    for (std::int64_t y = window.top; y < window.top + window.height; ++y) {
      for (std::int64_t x = window.left; x < window.left + window.width; ++x)
        visit(y * plane_[1] + x);
    }
  }

  Shape input_, plane_;
  std::int64_t window_, stride_;
  bool each_;
  float fill_;
  std::int64_t rows_, columns_;
  Tensor counts_, observation_;
};

std::span<const Param> occlusion_params() {
  static constexpr std::array<Param, 4> kParams{
      {{"window", "8", "side of the square that is painted over, in pixels"},
       {"stride", "4", "pixels from one square to the next, at most the window"},
       {"frames", "together", "paint all stacked frames together or each on its own"},
       {"value", "0", "the paint, a grey value 0…255"}}};
  return kParams;
}

}  // namespace

extern constinit const Method occlusion_entry{
    "occlusion",
    "occlusion: how much the value drops when a square is painted over",
    "Zeiler & Fergus 2014, arXiv:1311.2901",
    occlusion_params,
    {.is_signed = true, .linear = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<Occlusion>(graph, params);
    },
    "400 forward"};

}  // namespace arcadecam::explain
