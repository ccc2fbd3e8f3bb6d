#include "arcadecam/nn/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "arcadecam/core/random.h"
#include "nn/reference/reference_network.h"
#include "support/networks.h"

namespace arcadecam {
namespace {

using test::GoldenArrays;

constexpr double kTolerance = 1e-4;

/// All that this build has: without oneDNN, the engine of that name only says what is missing.
std::vector<std::string> engine_ids() {
  std::vector<std::string> ids;
  for (const nn::EngineKind* kind : nn::engines()) {
    try {
      (void)kind->make(test::small_graph(), {});
      ids.emplace_back(kind->id);
    } catch (const Error& error) {
      if (!std::string_view(error.what()).starts_with("engine onednn needs oneDNN")) throw;
    }
  }
  return ids;
}

class EngineOnNetwork : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

std::string case_name(const testing::TestParamInfo<std::tuple<std::string, std::string>>& info) {
  return std::get<0>(info.param) + "_" + std::get<1>(info.param);
}

/// The node that a golden layer name means: "relu_last" is the ReLU after the last convolution.
int golden_node(const nn::Graph& graph, const std::string& name) {
  if (name == "input") return 0;
  if (name != "relu_last") return graph.find(name).value();
  int node = graph.spatial_layers().back();
  while (!std::holds_alternative<nn::Relu>(graph.node(node).op)) node = graph.consumers(node)[0];
  return node;
}

TEST_P(EngineOnNetwork, OutputsActivationsAndGradientsEqualPytorch) {
  const auto& [id, network] = GetParam();
  const auto graph = test::golden_graph(network);
  const auto engine = nn::make_engine(id, graph);
  const GoldenArrays golden("explain/" + network + ".npz"),
      layers("explain/" + network + "_layers.npz");
  const auto states = golden.get<std::uint8_t>("states");
  const auto targets = golden.get<std::int64_t>("targets");
  const auto q = golden.get<float>("q");
  nn::Watch everything;
  for (int node = 0; node < graph->size(); ++node) {
    everything.activations.push_back(node);
    everything.gradients.push_back(node);
  }
  nn::Tape tape;
  nn::Pass pass = engine->forward(states.view(), everything, tape);
  EXPECT_LT(test::relative_difference(tape.output().values(), q.values()), kTolerance);

  int compared = 0;
  for (int target = 0; target < 2; ++target) {
    Tensor gradient(q.shape());
    for (std::int64_t s = 0; s < 8; ++s) gradient[s].data()[targets.data()[s * 2 + target]] = 1;
    pass.backward(gradient.view(), tape);
    for (const auto& [key, array] : layers.all()) {
      // "s0.t1.<layer>.grad", "s0.<layer>.act"
      const std::int64_t state = key[0] == 's' ? key[1] - '0' : -1;
      if (state < 0) continue;
      const bool is_gradient = key.ends_with(".grad");
      if (is_gradient && key[4] - '0' != target) continue;
      if (!is_gradient && !key.ends_with(".act")) continue;
      const std::size_t start = is_gradient ? 6 : 3, suffix = is_gradient ? 5 : 4;
      const int node = golden_node(*graph, key.substr(start, key.size() - start - suffix));
      const auto expected = layers.get<float>(key);
      const TensorView actual =
          is_gradient ? tape.gradient(node)[state] : tape.activation(node)[state];
      EXPECT_LT(test::relative_difference(actual.values(), expected.values()), kTolerance) << key;
      ++compared;
    }
  }
  EXPECT_GE(compared, 20);
}

TEST_P(EngineOnNetwork, ContinuesFromAnyActivation) {
  const auto& [id, network] = GetParam();
  const auto graph = test::golden_graph(network);
  const auto engine = nn::make_engine(id, graph);
  const ByteTensor states = test::random_observations(*graph, 2);
  nn::Watch everything;
  for (int node = 0; node < graph->size(); ++node) {
    everything.activations.push_back(node);
    everything.gradients.push_back(node);
  }
  Tensor gradient(Shape{2, graph->actions()});
  gradient[0].data()[1] = gradient[1].data()[0] = 1;
  nn::Tape whole, part;
  engine->forward(states.view(), everything, whole).backward(gradient.view(), whole);
  const int step = graph->parameter_count() > 1'000'000 ? 4 : 1;  // plain loops take their time
  for (int node = 0; node + 1 < graph->size(); node += step) {
    std::vector<nn::Given> given;
    for (const int cut : nn::cut_at(*graph, node)) given.push_back({cut, whole.activation(cut)});
    engine->forward_from(given, {{}, {node}}, part).backward(gradient.view(), part);
    EXPECT_LT(test::relative_difference(part.output().values(), whole.output().values()), 1e-6);
    EXPECT_LT(
        test::relative_difference(part.gradient(node).values(), whole.gradient(node).values()),
        1e-6)
        << graph->node(node).name;
    if (given.size() != 1 || graph->shape(node).rank() != 3) continue;
    // The same pixel by pixel.
    const Shape& shape = graph->shape(node);
    const std::int64_t area = shape[1] * shape[2];
    Tensor pixels(shape.batch_of(2));
    for (std::int64_t n = 0; n < 2; ++n) {
      for (std::int64_t i = 0; i < shape.count(); ++i)
        pixels[n].data()[i % area * shape[0] + i / area] = whole.activation(node)[n].data()[i];
    }
    const nn::Given otherwise{node, pixels.view(), true};
    const Tensor expected(part.output().shape(), part.output().values());
    engine->forward_from({&otherwise, 1}, {}, part);
    EXPECT_TRUE(std::ranges::equal(part.output().values(), expected.values()));
  }
}

TEST_P(EngineOnNetwork, BatchEqualsSinglePassesAndSeveralTargetsShareOneForward) {
  const auto& [id, network] = GetParam();
  const auto graph = test::golden_graph(network);
  const auto engine = nn::make_engine(id, graph);
  const auto states = GoldenArrays("explain/" + network + ".npz").get<std::uint8_t>("states");
  nn::Watch watch{{}, {0}};
  for (const int layer : graph->spatial_layers()) {
    watch.activations.push_back(layer);
    watch.gradients.push_back(layer);
  }
  nn::Tape batch, single;
  nn::Pass pass = engine->forward(states.view(), watch, batch);
  const std::int64_t actions = graph->actions();
  Tensor gradients(Shape{8, actions});
  for (std::int64_t n = 0; n < 8; ++n) gradients[n].data()[n % actions] = 1;
  pass.backward(gradients.view(), batch);

  for (std::int64_t n = 0; n < 8; ++n) {
    const ByteTensorView one(states[n].data(), states.shape().inner().batch_of(1));
    nn::Pass alone = engine->forward(one, watch, single);
    // A backward pass for another target in between must leave no trace.
    Tensor other(Shape{1, actions}), wanted(Shape{1, actions});
    other.data()[(n + 1) % actions] = 1;
    wanted.data()[n % actions] = 1;
    alone.backward(other.view(), single);
    alone.backward(wanted.view(), single);
    EXPECT_LT(test::relative_difference(single.output().values(), batch.output()[n].values()),
              1e-5);
    for (const int node : watch.gradients) {
      EXPECT_LT(test::relative_difference(single.gradient(node)[0].values(),
                                          batch.gradient(node)[n].values()),
                1e-5);
    }
  }
  EXPECT_EQ(batch.forward_passes(), 1);
  EXPECT_EQ(batch.backward_passes(), 1);
  EXPECT_EQ(single.forward_passes(), 8);
  EXPECT_EQ(single.backward_passes(), 16);
}

INSTANTIATE_TEST_SUITE_P(All, EngineOnNetwork,
                         testing::Combine(testing::ValuesIn(engine_ids()),
                                          testing::ValuesIn(test::golden_networks())),
                         case_name);

class AnyEngine : public testing::TestWithParam<std::string> {};

TEST_P(AnyEngine, AgreesWithTheReferenceOnEveryOperation) {
  const auto graph = test::small_graph();
  const auto engine = nn::make_engine(GetParam(), graph),
             reference = nn::make_engine("reference", graph);
  for (const std::int64_t batch : {1, 3, 8}) {
    const ByteTensor observations = test::random_observations(*graph, batch);
    EXPECT_LT(test::compare_engines(*engine, *reference, observations.view()), 1e-4)
        << "batch " << batch;
  }
}

TEST_P(AnyEngine, FloatObservationsEqualBytes) {
  const auto graph = test::small_graph();
  const auto engine = nn::make_engine(GetParam(), graph);
  const ByteTensor bytes = test::random_observations(*graph, 2);
  Tensor floats(bytes.shape());
  std::copy(bytes.values().begin(), bytes.values().end(), floats.data());
  nn::Tape a, b;
  engine->forward(bytes.view(), {}, a);
  engine->forward(TensorView(floats.view()), {}, b);
  EXPECT_TRUE(std::ranges::equal(a.output().values(), b.output().values()));
}

TEST_P(AnyEngine, RefusesWrongShapesAndUnwatchedNodes) {
  const auto graph = test::small_graph();
  const auto engine = nn::make_engine(GetParam(), graph);
  nn::Tape tape;
  const ByteTensor wrong(Shape{1, 2, 11, 10}), right(Shape{1, 2, 11, 11});
  EXPECT_THROW(engine->forward(wrong.view(), {}, tape), Error);
  EXPECT_THROW(engine->forward(right.view(), {{99}, {}}, tape), Error);
  nn::Pass pass = engine->forward(right.view(), {{2}, {}}, tape);
  EXPECT_NO_THROW((void)tape.activation(2));
  EXPECT_THROW((void)tape.activation(3), Error);
  EXPECT_THROW((void)tape.gradient(2), Error);
  const Tensor flat(Shape{1, 3});
  const nn::Given no_picture{graph->output(), flat.view(), true};
  EXPECT_THROW(engine->forward_from({&no_picture, 1}, {}, tape), Error);
  const Tensor too_long(Shape{1, 4});
  EXPECT_THROW(pass.backward(too_long.view(), tape), Error);
}

INSTANTIATE_TEST_SUITE_P(All, AnyEngine, testing::ValuesIn(engine_ids()));

TEST(Engine, UnknownNameListsTheKnownOnes) {
  try {
    (void)nn::make_engine("tpu", test::small_graph());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadUsage);
    EXPECT_NE(std::string(error.what()).find("onednn, reference"), std::string::npos)
        << error.what();
  }
}

TEST(ReferenceNetwork, GradientsEqualCentralDifferencesInDouble) {
  for (const auto& graph :
       {test::small_graph(3), test::golden_graph("atari_c51"), test::golden_graph("convbn")}) {
    nn::ReferenceNetwork<double> network(graph);
    Random random(5);
    std::vector<double> x(static_cast<std::size_t>(graph->shape(0).count()));
    for (double& value : x) value = 255 * random.uniform();
    std::vector<double> output_gradient(static_cast<std::size_t>(graph->actions()));
    for (double& value : output_gradient) value = random.uniform() - 0.5;
    const auto target = [&](const std::vector<double>& at) {
      network.forward(at);
      double sum = 0;
      for (std::size_t a = 0; a < output_gradient.size(); ++a)
        sum += output_gradient[a] * network.output()[a];
      return sum;
    };
    target(x);
    network.backward(output_gradient);
    const std::vector<double> gradient(network.gradient(0).begin(), network.gradient(0).end());
    constexpr double kStep = 1e-4;
    for (int trial = 0; trial < 60; ++trial) {
      const auto i = static_cast<std::size_t>(random.below(x.size()));
      std::vector<double> up = x, down = x;
      up[i] += kStep;
      down[i] -= kStep;
      const double difference = (target(up) - target(down)) / (2 * kStep);
      EXPECT_NEAR(gradient[i], difference, 1e-7 + 1e-5 * std::abs(difference)) << "input " << i;
    }
  }
}

}  // namespace
}  // namespace arcadecam
