#include "explain/cell_masks.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/core/random.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

std::vector<float> random_values(std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> result(static_cast<std::size_t>(count));
  for (float& value : result) value = static_cast<float>(random.uniform());
  return result;
}

/// A network that begins with one convolution of 32 channels, kernels of 5×5, on 4×11×13 inputs.
/// `hidden`: behind a ReLU, which changes no observation but hides the convolution.
nn::Graph network(int stride, int padding, bool bias, bool hidden = false) {
  using namespace nn;
  const auto biases = bias ? test::random_weights({32}, 2) : nullptr;
  std::vector<Node> nodes{{"input", Input{{4, 11, 13}}, {}}};
  const auto add = [&](const std::string& name, const Op& op) {
    nodes.push_back({name, op, {static_cast<int>(nodes.size()) - 1}});
  };
  if (hidden) add("positive", Relu{});
  add("scale", Scale{0.01F});
  add("conv", Conv2d{test::random_weights({32, 4, 5, 5}, 1), biases, stride, padding});
  add("relu", Relu{});
  add("flatten", Flatten{});
  const std::int64_t height = (11 + 2 * padding - 5) / stride + 1,
                     width = (13 + 2 * padding - 5) / stride + 1;
  // So small that Score-CAM's softmax leaves every channel a weight.
  add("q", Linear{test::random_weights({3, 32 * height * width}, 3, 0.002), nullptr});
  return Graph(std::move(nodes));
}

/// The convolution's value, product by product.
double convolved(const nn::Graph& graph, const nn::Conv2d& op, const std::vector<double>& seen,
                 std::int64_t o, std::int64_t row, std::int64_t column) {
  const Shape& in = graph.shape(0);
  double sum = op.bias ? op.bias->data()[o] : 0.0;
  for (std::int64_t c = 0; c < in[0]; ++c) {
    for (std::int64_t ky = 0; ky < 5; ++ky) {
      for (std::int64_t kx = 0; kx < 5; ++kx) {
        const std::int64_t y = row * op.stride - op.padding + ky;
        const std::int64_t x = column * op.stride - op.padding + kx;
        if (y < 0 || y >= in[1] || x < 0 || x >= in[2]) continue;
        sum += seen[static_cast<std::size_t>((c * in[1] + y) * in[2] + x)] *
               op.weight->data()[((o * in[0] + c) * 5 + ky) * 5 + kx];
      }
    }
  }
  return sum;
}

TEST(CellMasks, AreTheConvolutionOfWhatIsSeenThroughTheMask) {
  for (const auto& [stride, padding, bias] :
       {std::tuple{1, 0, true}, {2, 0, false}, {1, 2, true}, {3, 1, true}}) {
    const nn::Graph graph = network(stride, padding, bias);
    const auto first = first_convolution(graph);
    ASSERT_TRUE(first);
    const auto& op = std::get<nn::Conv2d>(graph.node(first->node).op);
    const Shape &in = graph.shape(0), &out = graph.shape(first->node);
    const std::vector<float> observation = random_values(in.count(), 4);
    CellMasks masks(graph, *first);
    for (const std::int64_t high : {2, 3, 7}) {
      const std::int64_t wide = high + 1;
      masks.see_rows(observation.data(), cell_shares(high, in[1], Alignment::kCorners));
      masks.see_columns(cell_shares(wide, in[2], Alignment::kCorners));
      BilinearResize resize({high, wide}, {in[1], in[2]}, Alignment::kCorners);
      // More than are summed up together.
      constexpr std::int64_t kMasks = 11;
      std::vector<std::vector<float>> cells;
      std::vector<const float*> all;
      for (std::int64_t n = 0; n < kMasks; ++n)
        cells.push_back(random_values(high * wide, static_cast<std::uint64_t>(5 + n)));
      for (const auto& mask : cells) all.push_back(mask.data());
      Tensor values(out.batch_of(kMasks));
      masks.values(all, values.data());
      for (const std::int64_t n : {0, 7, 8, 10}) {
        Tensor mask(Shape{in[1], in[2]});
        resize.add(all[static_cast<std::size_t>(n)], 1.0F, mask.data());
        std::vector<double> seen;
        for (std::int64_t i = 0; i < in.count(); ++i) {
          seen.push_back(static_cast<double>(observation[static_cast<std::size_t>(i)]) * 0.01 *
                         static_cast<double>(mask.data()[i % mask.size()]));
        }
        for (std::int64_t i = 0; i < out.count(); ++i) {
          const std::int64_t pixel = i / out[0];
          ASSERT_NEAR(values[n].data()[i],
                      convolved(graph, op, seen, i % out[0], pixel / out[2], pixel % out[2]), 1e-6);
        }
      }
    }
  }
}

TEST(CellMasks, PayOnlyForManyMasksOfLargeCells) {
  const nn::Graph graph = network(1, 0, true);
  const CellMasks masks(graph, *first_convolution(graph));
  EXPECT_TRUE(masks.pays({1000, 5, 25, 5, 5}));
  EXPECT_FALSE(masks.pays({5, 5, 25, 5, 5}));
  EXPECT_FALSE(masks.pays({1000, 1, 1, 0.5, 0.5}));
  EXPECT_FALSE(masks.pays({1000000, 1, 1, 0.5, 0.5})) << "their values would fill the memory";
}

TEST(CellMasks, TheMethodsThatUseThemGiveWhatTheyGiveWithout) {
  const auto map = [](bool hidden, const std::string& method) {
    const auto graph = std::make_shared<const nn::Graph>(network(1, 0, true, hidden));
    EXPECT_EQ(first_convolution(*graph).has_value(), !hidden);
    const auto engine = nn::make_engine("cpu", graph);
    Session session(*engine, parse_methods(method));
    const auto states = test::random_observations(*graph, 1);
    session.forward(states.view());
    session.explain(std::vector{Target::action(1)});
    return session.result(0, 0);
  };
  for (const char* method :
       {"rise:masks=400:grid=3", "rise:masks=4:grid=3", "scorecam", "scorecam:at=post"}) {
    const Attribution with = map(false, method), without = map(true, method);
    EXPECT_LT(test::relative_difference(with.raw.values(), without.raw.values()), 1e-6) << method;
    EXPECT_LT(test::relative_difference(with.map.values(), without.map.values()), 1e-4) << method;
    EXPECT_EQ(with.probes, without.probes) << method;
    EXPECT_TRUE(std::ranges::any_of(with.raw.values(), [](float raw) { return raw != 0; }));
  }
}

}  // namespace
}  // namespace arcadecam::explain
