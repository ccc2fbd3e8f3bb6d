// What moved: the difference of the two newest frames. A map that knows nothing of the network.
#include <algorithm>
#include <cmath>

#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

class FrameDifference final : public Explainer {
 public:
  explicit FrameDifference(const nn::Graph& graph) : input_(graph.shape(0)) { plane_of(input_); }

  void explain(const Query& query, Attribution& result) override {
    result.raw.resize(plane_of(input_));
    result.layers.clear();
    std::visit(
        [&](const auto& batch) {
          const auto frames = batch[query.sample];
          const std::int64_t planes = query.frame_planes, area = result.raw.size();
          const std::int64_t newest = input_[0] - planes;
          const std::int64_t before = std::max<std::int64_t>(newest - planes, 0);
          std::ranges::fill(result.raw.values(), 0.0F);
          // The colour that changed most.
          for (std::int64_t i = 0; i < planes * area; ++i) {
            const float change = std::abs(static_cast<float>(frames[newest].data()[i]) -
                                          static_cast<float>(frames[before].data()[i]));
            float& largest = result.raw.data()[i % area];
            largest = std::max(largest, change);
          }
        },
        query.observations.values);
    raw_as_map(result);
  }

 private:
  Shape input_;
};

}  // namespace

extern constinit const Method frame_difference_entry{
    "frame-difference",
    "baseline: what changed between the two newest frames, whatever the network",
    "a standard control; that the agent sees motion needs a map that beats it",
    []() -> std::span<const Param> { return {}; },
    {.uses_decision = false},
    [](const nn::Graph& graph, const Params&) -> std::unique_ptr<Explainer> {
      return std::make_unique<FrameDifference>(graph);
    }};

}  // namespace arcadecam::explain
