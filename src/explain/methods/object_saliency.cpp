// Object saliency: how much the explained value drops when one object is taken out of the picture
// (Iyer et al. 2018, section 4), by paint or by the game's own program.
#include <algorithm>
#include <array>
#include <vector>

#include "arcadecam/core/error.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

class ObjectSaliency final : public Explainer {
 public:
  ObjectSaliency(const nn::Graph& graph, const Params& params)
      : input_(graph.shape(0)),
        plane_(plane_of(input_)),
        margin_(static_cast<int>(params.integer("margin", 1, kWidest))) {
    probes_ = true;
    asks_removals_ = params.choice("without", kWays) == kGame;
  }

  void explain(const Query& query, Attribution& result) override {
    observation_.resize(input_);
    read_observation(query, observation_.view());
    result.planes.resize(input_);
    std::ranges::fill(result.planes.values(), 0.0F);
    result.objects.clear();
    result.layers.clear();
    if (asks_removals_)
      explain_redrawn(query, result);
    else
      explain_painted(query, result);
    sum_planes(result);
  }

 private:
  static constexpr std::int64_t kWidest = 16;
  static constexpr std::array<std::string_view, 2> kWays{"surround", "game"};
  static constexpr std::size_t kGame = 1;

  void explain_painted(const Query& query, Attribution& result) {
    const double value = query.value();
    query.probe.run(
        query, {std::ssize(query.objects)}, observation_.view(),
        [&](std::int64_t index, std::span<float> values) {
          PixelBox painted;
          for_each_box(query, index, [&](std::int64_t c, const PixelBox& box) {
            float* frame = values.data() + c * plane_.count();
            const float background = background_of(observation_[c].data(), box);
            for_each_pixel(box, [&](std::int64_t pixel) { frame[pixel] = background; });
            painted = cover(painted, box);
          });
          return intersection(painted,
                              {0, 0, static_cast<int>(plane_[1]), static_cast<int>(plane_[0])});
        },
        [&](std::int64_t index, const Query& probed) {
          const double drop = value - probed.value();
          result.objects.push_back({query.objects[static_cast<std::size_t>(index)].name, drop});
          for_each_box(query, index, [&](std::int64_t c, const PixelBox& box) {
            float* frame = result.planes[c].data();
            for_each_pixel(box,
                           [&](std::int64_t pixel) { frame[pixel] += static_cast<float>(drop); });
          });
        });
  }

  /// The pixels that the game draws otherwise without an object get its drop.
  void explain_redrawn(const Query& query, Attribution& result) {
    std::vector<const Object*> drawn;
    for (const Object& object : query.objects) {
      if (!object.without) {
        throw bad_usage(
            "object-saliency:without=game: nobody has drawn this state without '{}'; explain, "
            "compare and figure have the game to do it, elsewhere take without=surround",
            object.name);
      }
      if (object.without->empty()) continue;
      if (object.without->shape() != input_) {
        throw bad_input("object-saliency: the observation without '{}' is {}; expected {}",
                        object.name, to_string(object.without->shape()), to_string(input_));
      }
      drawn.push_back(&object);
    }
    const double value = query.value();
    query.probe.run(
        query, {std::ssize(drawn)},
        [&](std::int64_t index, std::span<float> values) {
          std::ranges::copy(drawn[static_cast<std::size_t>(index)]->without->values(),
                            values.begin());
        },
        [&](std::int64_t index, const Query& probed) {
          const Object& object = *drawn[static_cast<std::size_t>(index)];
          const double drop = value - probed.value();
          result.objects.push_back({object.name, drop});
          for (std::int64_t i = 0; i < observation_.size(); ++i) {
            if (static_cast<float>(object.without->data()[i]) != observation_.data()[i])
              result.planes.data()[i] += static_cast<float>(drop);
          }
        });
  }

  template <typename F>
  void for_each_box(const Query& query, std::int64_t index, F&& visit) const {
    const auto& boxes = query.objects[static_cast<std::size_t>(index)].boxes;
    for (std::int64_t c = 0; c < std::min(input_[0], std::ssize(boxes)); ++c)
      visit(c, boxes[static_cast<std::size_t>(c)]);
  }

  template <typename F>
  void for_each_pixel(const PixelBox& box, F&& visit) const {
    for (std::int64_t y = std::max<std::int64_t>(box.top, 0);
         y < std::min<std::int64_t>(box.top + box.height, plane_[0]); ++y) {
      for (std::int64_t x = std::max<std::int64_t>(box.left, 0);
           x < std::min<std::int64_t>(box.left + box.width, plane_[1]); ++x)
        visit(y * plane_[1] + x);
    }
  }

  /// The median of the frame of pixels `margin_` wide around the box.
  [[nodiscard]] float background_of(const float* frame, const PixelBox& box) const {
    const auto inside = [&](std::int64_t pixel) {
      const std::int64_t y = pixel / plane_[1], x = pixel % plane_[1];
      return y >= box.top && y < box.top + box.height && x >= box.left && x < box.left + box.width;
    };
    std::vector<float> around;
    for_each_pixel(
        {box.left - margin_, box.top - margin_, box.width + 2 * margin_, box.height + 2 * margin_},
        [&](std::int64_t pixel) {
          if (!inside(pixel)) around.push_back(frame[pixel]);
        });
    if (around.empty()) return 0;
    const auto middle = around.begin() + std::ssize(around) / 2;
    std::ranges::nth_element(around, middle);
    return *middle;
  }

  Shape input_, plane_;
  int margin_;
  Tensor observation_;
};

std::span<const Param> object_saliency_params() {
  static constexpr std::array<Param, 2> kParams{
      {{"margin", "2",
        "an object is painted over with the median of what surrounds it this many pixels wide"},
       {"without", "surround",
        "surround: objects are painted over; game: the game's own program draws the frames without "
        "them (explain, compare, figure)"}}};
  return kParams;
}

}  // namespace

extern constinit const Method object_saliency_entry{
    "object-saliency",
    "object saliency: how much the value drops when an object is taken out of the picture",
    "Iyer et al. 2018, arXiv:1809.06061",
    object_saliency_params,
    {.is_signed = true, .linear = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<ObjectSaliency>(graph, params);
    },
    "1 forward per object",
    true};

}  // namespace arcadecam::explain
