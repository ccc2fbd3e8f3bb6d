// Observations that differ from one in a box each: only the differences are computed.
#include "nn/steps/differences.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/core/random.h"
#include "arcadecam/nn/engine.h"
#include "support/error_of.h"
#include "support/networks.h"

namespace arcadecam::nn::steps {
namespace {

/// Padding, a convolution without a ReLU, more than 64 channels, and two layers that read the last.
std::shared_ptr<const Graph> padded_graph() {
  std::uint64_t seed = 1;
  const auto weights = [&](Shape shape) { return test::random_weights(shape, seed++, 0.1); };
  std::vector<Node> nodes{{"input", Input{{2, 12, 20}}, {}},
                          {"conv", Conv2d{weights({72, 2, 4, 4}), weights({72}), 2, 0}, {0}},
                          {"relu", Relu{}, {1}},
                          {"conv2", Conv2d{weights({16, 72, 3, 3}), nullptr, 2, 1}, {2}},
                          {"conv3", Conv2d{weights({8, 16, 3, 3}), weights({8}), 1, 1}, {3}},
                          {"relu3", Relu{}, {4}},
                          {"flatten", Flatten{}, {5}},
                          {"value", Linear{weights({1, 120}), weights({1})}, {6}},
                          {"advantage", Linear{weights({3, 120}), nullptr}, {6}},
                          {"dueling", Dueling{}, {7, 8}}};
  return std::make_shared<const Graph>(std::move(nodes));
}

std::shared_ptr<const Graph> graph_of_differences(const std::string& name) {
  if (name == "padded") return padded_graph();
  if (name == "residual") return test::residual_graph();
  if (name == "smooth") return test::smooth_graph();
  if (name == "recurrent") return test::recurrent_graph(true);
  return test::golden_graph(name);
}

/// A state and observations that differ from it in boxes of many sizes, the last in none.
struct Patched {
  Patched(const Graph& graph, std::int64_t count) : values(graph.shape(0).batch_of(count)) {
    const ByteTensor state = test::random_observations(graph, 1);
    const Shape& shape = graph.shape(0);
    reference.resize(shape);
    std::ranges::copy(state[0].values(), reference.data());
    Random random(5);
    const auto below = [&](std::int64_t bound) {
      return static_cast<int>(random.below(static_cast<std::uint64_t>(bound)));
    };
    for (std::int64_t n = 0; n < count; ++n) {
      std::ranges::copy(reference.values(), values[n].data());
      PixelBox box{below(shape[2]), below(shape[1]), 0, 0};
      box.width = 1 + below(shape[2] - box.left);
      box.height = 1 + below(shape[1] - box.top);
      if (n + 1 == count) box = {};
      boxes.push_back(box);
      for (std::int64_t c = 0; c < shape[0]; ++c) {
        for (int y = box.top; y < box.top + box.height; ++y) {
          for (int x = box.left; x < box.left + box.width; ++x)
            values[n].data()[(c * shape[1] + y) * shape[2] + x] =
                n % 2 == 0 ? 0.0F : static_cast<float>(random.uniform() * 255);
        }
      }
    }
  }

  [[nodiscard]] Observations told() const {
    Observations result(values.view());
    result.reference = reference.view();
    result.boxes = boxes;
    return result;
  }

  Tensor reference, values;
  std::vector<PixelBox> boxes;
};

/// Boxes of noise, as large as the picture, in networks of random weights: the sums of a difference
/// are as large as those that it is added to.
constexpr double kRounding = 5e-6;

class DifferencesOf : public testing::TestWithParam<std::string> {};

TEST_P(DifferencesOf, GiveTheValuesOfAPassThatIsNotTold) {
  const auto graph = graph_of_differences(GetParam());
  const auto engine = make_engine("cpu", graph);
  for (const std::int64_t count : {4, 9, 40}) {
    const Patched patched(*graph, count);
    Tape plain, told;
    { const Pass pass = engine->forward(patched.values.view(), {}, plain); }
    const Pass pass = engine->forward(patched.told(), {}, told);
    EXPECT_LT(test::relative_difference(told.output().values(), plain.output().values()),
              kRounding);
    EXPECT_TRUE(
        std::ranges::equal(told.output()[count - 1].values(), plain.output()[count - 1].values()))
        << "an observation that does not differ has the reference's bits";
  }
}

TEST_P(DifferencesOf, AreTheSameBitsInEveryBatch) {
  const auto graph = graph_of_differences(GetParam());
  const auto engine = make_engine("cpu", graph);
  const Patched patched(*graph, 40);
  Tape all, some;
  { const Pass pass = engine->forward(patched.told(), {}, all); }
  for (const std::int64_t first : {0, 11}) {
    constexpr std::int64_t kCount = 7;
    Observations part(TensorView(patched.values[first].data(), graph->shape(0).batch_of(kCount)));
    part.reference = patched.reference.view();
    part.boxes = std::span(patched.boxes).subspan(static_cast<std::size_t>(first), kCount);
    const Pass pass = engine->forward(part, {}, some);
    for (std::int64_t n = 0; n < kCount; ++n)
      EXPECT_TRUE(std::ranges::equal(some.output()[n].values(), all.output()[first + n].values()));
  }
}

TEST_P(DifferencesOf, LeaveOutNothingThatIsAskedFor) {
  const auto graph = graph_of_differences(GetParam());
  const auto engine = make_engine("cpu", graph);
  const Patched patched(*graph, 6);
  for (int node = 0; node < graph->size(); ++node) {
    if (std::holds_alternative<State>(graph->node(node).op)) continue;
    Tape plain, told;
    const Watch watch{{node}, {}};
    { const Pass pass = engine->forward(patched.values.view(), watch, plain); }
    { const Pass pass = engine->forward(patched.told(), watch, told); }
    EXPECT_LT(
        test::relative_difference(told.activation(node).values(), plain.activation(node).values()),
        kRounding)
        << graph->node(node).name;
    if (graph->shape(node).rank() != 3) continue;
    const Watch way_back{{}, {node}};
    const std::vector<float> ones(static_cast<std::size_t>(told.output().size()), 1.0F);
    const TensorView gradient(ones.data(), told.output().shape());
    engine->forward(patched.values.view(), way_back, plain).backward(gradient, plain);
    engine->forward(patched.told(), way_back, told).backward(gradient, told);
    EXPECT_TRUE(std::ranges::equal(told.gradient(node).values(), plain.gradient(node).values()));
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, DifferencesOf,
                         testing::Values("trained_pong", "atari_c51", "dueling", "convbn", "padded",
                                         "residual", "smooth", "recurrent"));

TEST(Differences, AreThereForNetworksThatBeginWithConvolutionsAndGoOnWithFullyConnectedLayers) {
  PlanContext context({}, nullptr);
  for (const std::string name : {"trained_pong", "atari_dqn", "atari_c51", "dueling", "padded"}) {
    const auto graph = graph_of_differences(name);
    const auto differences = Differences::make(context, *graph);
    ASSERT_NE(differences, nullptr) << name;
    const int last = graph->spatial_layers().back();
    EXPECT_TRUE(differences->serve({}));
    EXPECT_FALSE(differences->serve({{last}, {}})) << name;
    EXPECT_FALSE(differences->serve({{}, {0}})) << name;
    EXPECT_FALSE(differences->serve({{}, {}, true})) << name;
    EXPECT_TRUE(differences->serve({{graph->output()}, {}})) << name;
    EXPECT_TRUE(differences->covers(last));
  }
  for (const std::string name : {"residual", "smooth", "recurrent"})
    EXPECT_EQ(Differences::make(context, *graph_of_differences(name)), nullptr) << name;
}

TEST(Differences, BelongToTheReferenceOfThePass) {
  const auto graph = padded_graph();
  const auto engine = make_engine("cpu", graph);
  Patched patched(*graph, 5);
  Tape plain, told;
  { const Pass pass = engine->forward(patched.told(), {}, told); }
  // Another state, of which the same observations differ everywhere.
  for (float& value : patched.reference.values()) value = 255 - value;
  const Shape& shape = graph->shape(0);
  std::ranges::fill(patched.boxes,
                    PixelBox{0, 0, static_cast<int>(shape[2]), static_cast<int>(shape[1])});
  { const Pass pass = engine->forward(patched.values.view(), {}, plain); }
  const Pass pass = engine->forward(patched.told(), {}, told);
  EXPECT_LT(test::relative_difference(told.output().values(), plain.output().values()), kRounding);
}

TEST(Differences, AreRefusedWhereWhatIsToldDoesNotFit) {
  const auto graph = padded_graph();
  const auto engine = make_engine("cpu", graph);
  const Patched patched(*graph, 5);
  Tape tape;
  const auto error = [&](const Observations& observations) {
    return test::error_of([&] { (void)engine->forward(observations, {}, tape); });
  };
  Observations few = patched.told();
  few.boxes = few.boxes.first(4);
  EXPECT_NE(error(few).find("4 boxes"), std::string::npos);
  std::vector<PixelBox> outside = patched.boxes;
  outside[2] = {18, 0, 3, 1};
  Observations wide = patched.told();
  wide.boxes = outside;
  EXPECT_EQ(error(wide), "a box at 18, 0 of 3×1 pixels: expected one in a picture of 20×12");
  Observations bytes(test::random_observations(*graph, 5).view());
  bytes.reference = patched.reference.view();
  bytes.boxes = patched.boxes;
  EXPECT_NE(error(bytes).find("floats"), std::string::npos);
}

}  // namespace
}  // namespace arcadecam::nn::steps
