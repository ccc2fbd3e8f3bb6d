// What moved: the difference of the two newest frames. A map that knows nothing of the network.
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
          const std::int64_t newest = input_[0] - 1, before = newest == 0 ? 0 : newest - 1;
          for (std::int64_t i = 0; i < result.raw.size(); ++i) {
            result.raw.data()[i] = std::abs(static_cast<float>(frames[newest].data()[i]) -
                                            static_cast<float>(frames[before].data()[i]));
          }
        },
        query.observations);
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
