#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "arcadecam/core/error.h"
#include "nn/kernels/window_kernels.h"
#include "support/networks.h"

namespace arcadecam {
namespace {

/// A screen as games have them: flat, with a few things on it.
ByteTensor screens(const nn::Graph& graph, std::int64_t count) {
  ByteTensor states(graph.shape(0).batch_of(count));
  std::ranges::fill(states.values(), std::uint8_t{87});
  const std::int64_t width = graph.shape(0)[2];
  for (std::int64_t n = 0; n < count; ++n) {
    for (std::int64_t i = 0; i < 9; ++i)
      states[n].data()[(40 + i) * width + 3 + 7 * n] = static_cast<std::uint8_t>(150 + i + n);
  }
  return states;
}

TEST(WindowConvolution, AgreesWithTheReferenceWherePicturesRepeatThemselves) {
  const auto graph = test::golden_graph("trained_pong");
  const auto fast = nn::make_engine("onednn", graph), slow = nn::make_engine("reference", graph);
  EXPECT_LT(test::compare_engines(*fast, *slow, screens(*graph, 2).view()), 1e-4);
}

TEST(WindowConvolution, AStatesActivationsDoNotDependOnTheOthersInTheBatch) {
  const auto graph = test::golden_graph("trained_pong");
  const auto engine = nn::make_engine("onednn", graph);
  const auto layers = graph->spatial_layers();
  const nn::Watch watch{{layers.begin(), layers.end()}, {}};
  // Some alike, some random, one twice.
  ByteTensor states = screens(*graph, 5);
  const ByteTensor noise = test::random_observations(*graph, 2);
  std::ranges::copy(noise[0].values(), states[1].data());
  std::ranges::copy(noise[1].values(), states[3].data());
  std::ranges::copy(states[0].values(), states[4].data());
  nn::Tape batch, single;
  for (const int threads : {1, 2}) {
    const auto another = nn::make_engine("onednn", graph, {threads});
    another->forward(states.view(), watch, batch);
    for (std::int64_t n = 0; n < 5; ++n) {
      engine->forward(ByteTensorView(states[n].data(), graph->shape(0).batch_of(1)), watch, single);
      for (const int layer : layers) {
        // To the bit with our kernels; oneDNN may choose others for another batch.
        EXPECT_LE(test::relative_difference(batch.activation(layer)[n].values(),
                                            single.activation(layer).values()),
                  nn::window_kernels() != nullptr ? 0 : 1e-6)
            << n << ' ' << layer;
      }
    }
  }
}

TEST(WindowConvolution, Bfloat16IsRefusedOrAgreesToItsPrecision) {
  const auto graph = test::golden_graph("trained_pong");
  EXPECT_THROW(nn::parse_precision("f16"), Error);
  const nn::EngineOptions narrow{1, nn::Precision::kBf16};
  EXPECT_THROW(nn::make_engine("reference", graph, narrow), Error);
  EXPECT_THROW(nn::make_engine("compared", graph, narrow), Error);
  if (nn::window_kernels() == nullptr || nn::window_kernels()->run_bf16 == nullptr) {
    EXPECT_THROW(nn::make_engine("onednn", graph, narrow), Error);
    return;
  }
  const auto exact = nn::make_engine("onednn", graph),
             rounded = nn::make_engine("onednn", graph, narrow);
  const auto states = test::GoldenArrays("explain/trained_pong.npz").get<std::uint8_t>("states");
  const auto layers = graph->spatial_layers();
  const nn::Watch watch{{layers.begin(), layers.end()}, {layers.begin(), layers.end()}};
  Tensor gradient(Shape{states.shape()[0], graph->actions()});
  for (std::int64_t s = 0; s < states.shape()[0]; ++s) gradient[s].data()[0] = 1;
  nn::Tape a, b;
  for (const auto& [engine, tape] : {std::pair{exact.get(), &a}, std::pair{rounded.get(), &b}}) {
    engine->forward(states.view(), watch, *tape).backward(gradient.view(), *tape);
  }
  // 8 significant bits through some layers; a rounded value near zero may change its sign, and
  // with it a gradient, so those are compared by their root mean square.
  const auto relative_rms = [](std::span<const float> x, std::span<const float> y) {
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      difference += (x[i] - y[i]) * (x[i] - y[i]);
      size += y[i] * y[i];
    }
    return std::sqrt(difference / size);
  };
  EXPECT_LT(test::relative_difference(b.output().values(), a.output().values()), 0.02);
  for (const int layer : layers) {
    const auto rounded_activation = b.activation(layer).values(),
               activation = a.activation(layer).values();
    EXPECT_LT(test::relative_difference(rounded_activation, activation), 0.02) << layer;
    EXPECT_GT(relative_rms(rounded_activation, activation), 1e-5) << layer;  // it does round
    EXPECT_LT(relative_rms(b.gradient(layer).values(), a.gradient(layer).values()), 0.2) << layer;
  }
}

TEST(WindowConvolution, FloatsAndBytesOfTheSameStateAgree) {
  const auto graph = test::golden_graph("trained_pong");
  const auto engine = nn::make_engine("onednn", graph);
  const ByteTensor states = screens(*graph, 2);
  Tensor floats(states.shape());
  std::ranges::copy(states.values(), floats.data());
  nn::Tape bytes_tape, floats_tape;
  engine->forward(states.view(), {}, bytes_tape);
  engine->forward(floats.view(), {}, floats_tape);
  EXPECT_TRUE(std::ranges::equal(bytes_tape.output().values(), floats_tape.output().values()));
}

}  // namespace
}  // namespace arcadecam
