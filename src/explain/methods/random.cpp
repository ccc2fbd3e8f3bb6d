// A random map: what every measure must be compared with.
#include <array>

#include "explain/layers.h"
#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

class RandomMap final : public Explainer {
 public:
  RandomMap(const nn::Graph& graph, const Params& params)
      : plane_(plane_of(graph.shape(0))),
        seed_(static_cast<std::uint64_t>(params.integer("seed"))) {}

  void explain(const Query& query, Attribution& result) override {
    Random random = Probe::random(query, seed_);
    result.raw.resize(plane_);
    for (float& value : result.raw.values()) value = static_cast<float>(random.uniform());
    result.map = result.raw;
    result.layers.clear();
  }

 private:
  Shape plane_;
  std::uint64_t seed_;
};

std::span<const Param> random_params() {
  static constexpr std::array<Param, 1> kParams{{{"seed", "0", "another seed, other maps"}}};
  return kParams;
}

}  // namespace

extern constinit const Method random_entry{
    "random",
    "baseline: uniform noise, the same for the same observation and seed",
    "the chance level of every measure",
    random_params,
    {.stochastic = true, .uses_decision = false},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<RandomMap>(graph, params);
    }};

}  // namespace arcadecam::explain
