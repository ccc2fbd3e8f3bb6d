// A stranger's program: a tiny network, explained by FullGrad++, from the installed package alone.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "arcadecam/nn/engine.h"
#include "arcadecam/nn/graph.h"

namespace {

using arcadecam::Shape;
using arcadecam::Tensor;

arcadecam::nn::Weights weights(const Shape& shape, float value) {
  auto tensor = std::make_shared<Tensor>(shape);
  for (float& element : tensor->values()) element = value;
  return tensor;
}

std::vector<arcadecam::nn::Node> tiny_network(std::int64_t linear_inputs) {
  using namespace arcadecam::nn;
  return {
      {"input", Input{Shape{4, 8, 8}}, {}},
      {"features.0",
       Conv2d{.weight = weights({2, 4, 3, 3}, 0.1F), .bias = weights({2}, 0.0F), .stride = 1},
       {0}},
      {"features.1", Relu{}, {1}},
      {"flatten", Flatten{}, {2}},
      {"head", Linear{.weight = weights({3, linear_inputs}, 0.01F), .bias = nullptr}, {3}},
  };
}

/// The map's largest value: 1 when it was explained and scaled.
float explained_maximum(const arcadecam::nn::Graph& graph) {
  namespace explain = arcadecam::explain;
  const auto engine = arcadecam::nn::make_engine(
      "cpu", std::make_shared<const arcadecam::nn::Graph>(graph), {.threads = 1});
  explain::Session session(*engine, explain::parse_methods("fullgrad++"));
  arcadecam::ByteTensor observation(Shape{1, 4, 8, 8});
  for (std::int64_t i = 0; i < observation.size(); ++i) {
    observation.data()[i] = static_cast<std::uint8_t>(i);
  }
  session.forward(observation.view());
  const std::vector<explain::Target> targets{explain::Target::action(2)};
  session.explain(targets);
  const auto map = session.result(0, 0).map.values();
  return *std::max_element(map.begin(), map.end());
}

}  // namespace

int main() {
  const arcadecam::nn::Graph graph(tiny_network(2 * 6 * 6));
  if (graph.actions() != 3 || graph.shape(1) != Shape{2, 6, 6}) return 1;
  const float maximum = explained_maximum(graph);
  std::printf("the map's largest value is %.6f\n", maximum);
  if (maximum < 0.9999F || maximum > 1.0F) return 1;
  try {
    const arcadecam::nn::Graph wrong(tiny_network(7));
    return 1;
  } catch (const arcadecam::Error& error) {
    std::printf("as expected: %s\n", error.what());
  }
  std::puts("arcadecam::explain works");
  return 0;
}
