// Methods that run the network again, against plain computations of their formulas.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

/// Two actions on 2×6×6 that are a weighted sum of the pixels each.
class LinearNetwork : public testing::Test {
 protected:
  nn::Weights weights_ = test::random_weights({2, 72}, 3);
  std::shared_ptr<const nn::Graph> graph_ = std::make_shared<const nn::Graph>(
      std::vector<nn::Node>{{"input", nn::Input{{2, 6, 6}}, {}},
                            {"flatten", nn::Flatten{}, {0}},
                            {"q", nn::Linear{weights_, nullptr}, {1}}});
  std::unique_ptr<nn::Engine> engine_ = nn::make_engine("reference", graph_);
  ByteTensor states_ = test::random_observations(*graph_, 1);

  Attribution explain(const std::string& method, const std::vector<Object>& objects = {}) {
    Session session(*engine_, parse_methods(method));
    session.forward(states_.view());
    session.set_objects({objects});
    session.explain(std::vector{Target::action(1)});
    return session.result(0, 0);
  }
  [[nodiscard]] double weight(std::size_t i) const { return weights_->data()[72 + i]; }
  [[nodiscard]] double pixel(std::size_t i) const { return states_.data()[i]; }
};

TEST_F(LinearNetwork, WhereTheGradientIsTheSameEverywhereItIsMultipliedByTheDifference) {
  for (const std::string method :
       {"integrated-gradients:steps=3:baseline=7", "gradient-shap:draws=3:baseline=7",
        "occlusion:window=1:stride=1:frames=each:value=7"}) {
    const Attribution result = explain(method);
    for (std::size_t i = 0; i < 72; ++i) {
      EXPECT_NEAR(result.planes.data()[i], weight(i) * (pixel(i) - 7), 1e-3) << method;
    }
  }
  const Attribution result = explain("integrated-gradients:steps=3");
  EXPECT_LT(result.completeness.value().relative_residual(), 1e-6);
  EXPECT_EQ(result.probes, (PassCount{4, 3}));
}

TEST_F(LinearNetwork, OcclusionAveragesOverTheWindowsThatCoverAPixel) {
  const Attribution result = explain("occlusion:window=4:stride=3");
  // Windows begin at 0 and 3; the second is cut at the edge. Pixel (3,3) lies in all four.
  const auto drop = [&](std::size_t top, std::size_t left) {
    double sum = 0;
    for (std::size_t c = 0; c < 2; ++c) {
      for (std::size_t y = top; y < std::min<std::size_t>(top + 4, 6); ++y) {
        for (std::size_t x = left; x < std::min<std::size_t>(left + 4, 6); ++x)
          sum += weight(c * 36 + y * 6 + x) * pixel(c * 36 + y * 6 + x);
      }
    }
    return sum;
  };
  EXPECT_NEAR(result.planes.data()[0], drop(0, 0), 1e-3);
  EXPECT_NEAR(result.planes.data()[21], (drop(0, 0) + drop(0, 3) + drop(3, 0) + drop(3, 3)) / 4,
              1e-3);
  EXPECT_NEAR(result.planes.data()[36 + 35], drop(3, 3), 1e-3);
}

TEST_F(LinearNetwork, ObjectsArePaintedOverWithTheMedianAroundThem) {
  std::ranges::fill(states_.values(), std::uint8_t{50});
  states_.data()[7] = 200;       // (1,1) of the first frame
  states_.data()[36 + 35] = 90;  // (5,5) of the second, in the corner
  const std::vector<Object> objects{{"ball", {PixelBox{1, 1, 1, 1}, PixelBox{}}},
                                    {"corner", {PixelBox{}, PixelBox{5, 5, 3, 3}}},
                                    {"absent", {}}};
  const Attribution result = explain("object-saliency", objects);
  ASSERT_EQ(result.objects.size(), 3U);
  EXPECT_NEAR(result.objects[0].score, 150 * weight(7), 1e-3);
  EXPECT_NEAR(result.objects[1].score, 40 * weight(36 + 35), 1e-3);
  EXPECT_EQ(result.objects[2].score, 0);
  EXPECT_EQ(result.objects[1].name, "corner");
  EXPECT_FLOAT_EQ(result.planes.data()[7], static_cast<float>(result.objects[0].score));
  EXPECT_FLOAT_EQ(result.planes.data()[36 + 7], 0);
  EXPECT_TRUE(explain("object-saliency").says_nothing()) << "nothing is known to be there";
}

TEST_F(LinearNetwork, ObjectsAreTakenAwayAsTheGameDrawsIt) {
  std::ranges::fill(states_.values(), std::uint8_t{50});
  states_.data()[7] = 200;
  states_.data()[36 + 8] = 120;
  const auto without = [&](std::size_t first, std::size_t second) {
    auto drawn = std::make_shared<ByteTensor>(Shape{2, 6, 6}, states_.values());
    drawn->data()[first] = 30;
    drawn->data()[second] = 30;
    return drawn;
  };
  // Boxes do not matter: what the game draws otherwise is what changes.
  std::vector<Object> objects{
      {"ball", {PixelBox{5, 5, 1, 1}, PixelBox{}}, "", without(7, 44)},
      {"wall", {PixelBox{0, 0, 6, 6}, PixelBox{}}, "", std::make_shared<const ByteTensor>()}};
  const Attribution result = explain("object-saliency:without=game", objects);
  ASSERT_EQ(result.objects.size(), 1U) << "the game cannot draw the state without the wall";
  EXPECT_EQ(result.objects[0].name, "ball");
  EXPECT_NEAR(result.objects[0].score, 170 * weight(7) + 90 * weight(44), 1e-3);
  for (std::size_t i = 0; i < 72; ++i) {
    const double expected = i == 7 || i == 44 ? result.objects[0].score : 0;
    EXPECT_FLOAT_EQ(result.planes.data()[i], static_cast<float>(expected)) << i;
  }
  EXPECT_EQ(result.probes, (PassCount{1, 0}));
}

TEST_F(LinearNetwork, StatesWithoutAnObjectThatNobodyHasDrawnAreAnError) {
  const std::vector<Object> unknown{{"ball", {PixelBox{1, 1, 1, 1}, PixelBox{}}}};
  EXPECT_THROW(explain("object-saliency:without=game", unknown), Error);
  const std::vector<Object> small{{"ball",
                                   {PixelBox{1, 1, 1, 1}, PixelBox{}},
                                   "",
                                   std::make_shared<const ByteTensor>(Shape{2, 3, 6})}};
  EXPECT_THROW(explain("object-saliency:without=game", small), Error);
  EXPECT_THROW(explain("object-saliency:without=game:noise=0.1"), Error);
  EXPECT_THROW(explain("object-saliency:without=game:shifts=1"), Error);
}

TEST_F(LinearNetwork, RiseFindsThePixelThatMatters) {
  // With everything but one pixel black, the value is w·x where the mask shows that pixel.
  std::ranges::fill(states_.values(), std::uint8_t{0});
  states_.data()[36 + 2 * 6 + 4] = 255;
  const Attribution all = explain("rise:masks=4:grid=3:probability=1");
  const double value = 255 * weight(36 + 2 * 6 + 4);
  for (const float raw : all.raw.values()) EXPECT_NEAR(raw, value, 1e-3) << "all is shown";
  const Attribution result = explain("rise:masks=500:grid=3");
  const auto largest = std::ranges::max_element(result.map.values()) - result.map.values().begin();
  EXPECT_EQ(largest, value > 0 ? 2 * 6 + 4 : largest);
  EXPECT_EQ(result.probes, (PassCount{500, 0}));
}

TEST_F(LinearNetwork, WhatAllValuesHaveInCommonLeavesTheMapAlone) {
  const auto with_bias = [&](float bias) {
    const auto biases = std::make_shared<Tensor>(Shape{2}, std::vector<float>{bias, bias});
    const auto graph = std::make_shared<const nn::Graph>(
        std::vector<nn::Node>{{"input", nn::Input{{2, 6, 6}}, {}},
                              {"flatten", nn::Flatten{}, {0}},
                              {"q", nn::Linear{weights_, biases}, {1}}});
    const auto engine = nn::make_engine("reference", graph);
    Session session(*engine, parse_methods("rise:masks=40:grid=3"));
    session.forward(states_.view());
    session.explain(std::vector{Target::action(1)});
    return session.result(0, 0);
  };
  const Attribution plain = with_bias(0), lifted = with_bias(1000);
  EXPECT_LT(test::relative_difference(lifted.map.values(), plain.map.values()), 1e-3);
  for (std::int64_t i = 0; i < 36; ++i)
    EXPECT_NEAR(lifted.raw.data()[i], plain.raw.data()[i] + 1000, 0.01) << "raw is a mean value";
}

TEST(ConstantNetwork, ShowsNoPatternOfMasksOrActivations) {
  using namespace nn;
  auto bias = std::make_shared<Tensor>(*test::random_weights({3}, 3));
  const auto graph = std::make_shared<const Graph>(std::vector<Node>{
      {"input", Input{{2, 11, 11}}, {}},
      {"conv", Conv2d{test::random_weights({4, 2, 3, 3}, 1, 0.01), nullptr, 2, 0}, {0}},
      {"relu", Relu{}, {1}},
      {"flatten", Flatten{}, {2}},
      {"q", Linear{std::make_shared<Tensor>(Shape{3, 100}), bias}, {3}}});
  const auto states = test::random_observations(*graph, 2);
  for (const char* id : {"cpu", "reference"}) {
    const auto engine = make_engine(id, graph);
    Session session(*engine, parse_methods("rise:masks=50:grid=3,scorecam,scorecam:at=post"));
    session.forward(states.view());
    session.explain(std::vector{Target::action(1), Target::parse("advantage:2")});
    for (std::size_t m = 0; m < 3; ++m) {
      for (std::int64_t n = 0; n < 2; ++n) {
        EXPECT_TRUE(session.result(m, n).says_nothing()) << id << " " << m;
        EXPECT_EQ(session.result(m, n).warnings, std::vector{Warning::kConstant}) << id << " " << m;
      }
    }
    EXPECT_FLOAT_EQ(session.result(0, 0).raw.data()[60], bias->data()[1]);
  }
}

TEST_F(LinearNetwork, NoiseChangesNothingWhereTheMethodIsTheSameEverywhere) {
  const Attribution plain = explain("saliency"), noisy = explain("saliency:noise=0.2:samples=5");
  EXPECT_LT(test::relative_difference(noisy.planes.values(), plain.planes.values()), 1e-6);
  EXPECT_EQ(noisy.probes, (PassCount{5, 5}));
  EXPECT_TRUE(explain("saliency:noise=0.2:samples=5:statistic=variance").says_nothing());
}

TEST_F(LinearNetwork, TheVarianceOverNoiseIsThatOfTheNoiseTimesTheSquaredGradient) {
  const auto [low, high] = std::ranges::minmax(states_.values());
  const double deviation = 0.1 * (high - low);
  const Attribution result = explain("input-x-gradient:noise=0.1:samples=2000:statistic=variance");
  for (std::size_t i = 0; i < 72; ++i) {
    const double expected = weight(i) * weight(i) * deviation * deviation;
    EXPECT_NEAR(result.planes.data()[i], expected, 0.2 * expected);
  }
  const Attribution mean = explain("input-x-gradient:noise=0.1:samples=2000");
  for (std::size_t i = 0; i < 72; ++i) {
    EXPECT_NEAR(mean.planes.data()[i], weight(i) * pixel(i),
                5 * std::abs(weight(i)) * deviation / std::sqrt(2000));
  }
}

TEST_F(LinearNetwork, ShiftsComeBack) {
  // Edges move with the picture, so their average is what they are, but near the border.
  const Attribution plain = explain("sobel"), shifted = explain("sobel:shifts=1");
  for (const std::size_t i : {14, 15, 20, 21})
    EXPECT_NEAR(shifted.raw.data()[i], plain.raw.data()[i], 1e-3);
  // w·x of a picture that moved, moved back: the mean weight around a pixel times the pixel.
  const Attribution product = explain("input-x-gradient:shifts=1");
  double around = 0;
  for (std::size_t y = 1; y < 4; ++y) {
    for (std::size_t x = 2; x < 5; ++x) around += weight(6 * y + x) / 9;
  }
  EXPECT_NEAR(product.planes.data()[15], around * pixel(15), 1e-3) << "pixel (2,3)";
  EXPECT_NEAR(product.planes.data()[0],
              (weight(0) + weight(1) + weight(6) + weight(7)) / 4 * pixel(0), 1e-3)
      << "the corner is seen by four of the nine";
}

class BlurredSmallNetwork : public testing::Test {
 protected:
  std::shared_ptr<const nn::Graph> graph_ = test::small_graph();
  std::unique_ptr<nn::Engine> engine_ = nn::make_engine("reference", graph_);
  ByteTensor states_ = test::random_observations(*graph_, 1);

  Attribution explain(const std::string& method) {
    Session session(*engine_, parse_methods(method));
    session.forward(states_.view());
    session.explain(std::vector{Target::action(1)});
    return session.result(0, 0);
  }

  std::vector<double> outputs(const Tensor& input) {
    nn::Tape tape;
    engine_->forward(TensorView(input.view()), {}, tape);
    return {tape.output().values().begin(), tape.output().values().end()};
  }

  /// The scores of a 3×3 grid (stride 4) of places, blurred with mask 2 and blur 1, stretched.
  template <typename F>
  std::vector<float> expected(F&& score) {
    Tensor clean(Shape{1, 2, 11, 11}), scores(Shape{3, 3}), large(Shape{11, 11});
    std::ranges::copy(states_.values(), clean.data());
    const auto before = outputs(clean);
    for (std::int64_t place = 0; place < 9; ++place) {
      const std::int64_t row = place / 3 * 4, column = place % 3 * 4;
      Tensor mask(Shape{11, 11}), input = clean;
      for (std::int64_t i = 0; i < 121; ++i) {
        const std::int64_t y = i / 11 - row, x = i % 11 - column;
        mask.data()[i] = x * x + y * y <= 1 ? 1.0F : 0.0F;
      }
      gaussian_smooth(mask.view(), 2);
      const float top = *std::ranges::max_element(mask.values());
      for (std::int64_t c = 0; c < 2; ++c) {
        Tensor blurred(Shape{11, 11}, clean[0][c].values());
        gaussian_smooth(blurred.view(), 1);
        for (std::int64_t i = 0; i < 121; ++i) {
          const float m = mask.data()[i] / top;
          float& value = input.data()[c * 121 + i];
          value = value * (1 - m) + blurred.data()[i] * m;
        }
      }
      scores.data()[place] = static_cast<float>(score(before, outputs(input)));
    }
    BilinearResize({3, 3}, {11, 11}, Alignment::kHalfPixel).add(scores.data(), 1, large.data());
    return {large.values().begin(), large.values().end()};
  }
};

TEST_F(BlurredSmallNetwork, PerturbationIsHalfTheSquaredChange) {
  using Outputs = std::vector<double>;
  const auto policy = expected([](const Outputs& before, const Outputs& after) {
    double sum = 0;
    for (std::size_t a = 0; a < 3; ++a) sum += std::pow(before[a] - after[a], 2) / 2;
    return sum;
  });
  const std::string at = ":stride=4:mask=2:blur=1";
  EXPECT_LT(test::relative_difference(explain("perturbation" + at).raw.values(), policy), 1e-4);
  const auto target = expected([](const Outputs& before, const Outputs& after) {
    return std::pow(before[1] - after[1], 2) / 2;
  });
  const Attribution asked = explain("perturbation:score=target" + at);
  EXPECT_LT(test::relative_difference(asked.raw.values(), target), 1e-4);
  EXPECT_EQ(asked.probes, (PassCount{9, 0}));
  // A dueling network's own state value, which is the mean of its outputs.
  const auto value = expected([](const Outputs& before, const Outputs& after) {
    const auto mean = [](const Outputs& q) { return std::accumulate(q.begin(), q.end(), 0.0) / 3; };
    return std::pow(mean(before) - mean(after), 2) / 2;
  });
  EXPECT_LT(test::relative_difference(explain("perturbation:score=value" + at).raw.values(), value),
            1e-4);
}

TEST_F(BlurredSmallNetwork, SarfaIsTheHarmonicMeanOfSpecificityAndRelevance) {
  const auto values = expected([](const std::vector<double>& before,
                                  const std::vector<double>& after) {
    const auto p = [](const std::vector<double>& q, std::vector<std::size_t> among, std::size_t a) {
      double total = 0;
      for (const std::size_t i : among) total += std::exp(q[i]);
      return std::exp(q[a]) / total;
    };
    const double drop = p(before, {0, 1, 2}, 1) - p(after, {0, 1, 2}, 1);
    if (drop <= 0) return 0.0;
    double divergence = 0;
    for (const std::size_t a : {0UL, 2UL}) {
      divergence += p(before, {0, 2}, a) * std::log(p(before, {0, 2}, a) / p(after, {0, 2}, a));
    }
    const double k = 1 / (1 + divergence);
    return 2 * k * drop / (k + drop);
  });
  EXPECT_GT(*std::ranges::max_element(values), 0);
  EXPECT_LT(test::relative_difference(explain("sarfa:stride=4:mask=2:blur=1").raw.values(), values),
            1e-4);
}

TEST_F(BlurredSmallNetwork, WhatFollowsAProbeIsExplainedAsIfNoneHadRun) {
  Session session(*engine_, parse_methods("ablationcam,gradcam,rise:masks=3,saliency"));
  session.forward(states_.view());
  session.explain(std::vector{Target::action(0)});
  session.explain(std::vector{Target::action(1)});
  for (const std::size_t method : {1UL, 3UL}) {
    const Attribution alone = explain(session.spec(method).text());
    EXPECT_TRUE(std::ranges::equal(session.result(method, 0).raw.values(), alone.raw.values()));
  }
  EXPECT_EQ(session.result(0, 0).probes, (PassCount{5, 0})) << "one a channel";
  EXPECT_EQ(session.result(1, 0).probes, PassCount{});
}

TEST_F(BlurredSmallNetwork, SmoothFullGradWithoutNoiseScalesTheSameTerms) {
  // Its input term is summed over the frames before its size is taken; with one frame it is
  // FullGrad's.
  const Attribution once = explain("smooth-fullgrad:spread=0:draws=1"),
                    thrice = explain("smooth-fullgrad:spread=0:draws=3");
  EXPECT_LT(test::relative_difference(thrice.raw.values(), once.raw.values()), 1e-4);
  const Attribution full = explain("fullgrad"), input = explain("input-x-gradient");
  // Both hold the same layers; what differs is the input's part.
  const auto scaled = [](std::vector<float> terms) {
    for (float& term : terms) term = std::abs(term);
    minmax(terms, 1e-6F);
    return terms;
  };
  const auto summed = scaled({input.raw.values().begin(), input.raw.values().end()});
  const auto planes = scaled({input.planes.values().begin(), input.planes.values().end()});
  for (std::size_t i = 0; i < 121; ++i) {
    EXPECT_NEAR(once.raw.data()[i] - summed[i], full.raw.data()[i] - planes[i] - planes[121 + i],
                1e-4);
  }
}

TEST_F(BlurredSmallNetwork, RefusesWhatMakesNoSense) {
  for (const char* wrong :
       {"rise:masks=0", "rise:grid=12", "rise:probability=0", "occlusion:window=12",
        "occlusion:stride=9", "occlusion:frames=all", "perturbation:stride=0",
        "perturbation:score=q", "sarfa:mask=-1", "integrated-gradients:steps=1",
        "integrated-gradients:rule=simpson", "integrated-gradients:baseline=256",
        "integrated-gradients:baseline=black", "gradient-shap:draws=0", "saliency:noise=-1",
        "saliency:noise=1:samples=0", "saliency:noise=1:statistic=median", "saliency:shifts=17",
        "object-saliency:margin=0"}) {
    try {
      (void)explain(wrong);
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kBadUsage) << error.what();
    }
  }
}

/// The same network with a ReLU that changes no pixel: its probes are not told what they differ in.
std::shared_ptr<const nn::Graph> behind_a_relu(const nn::Graph& graph) {
  std::vector<nn::Node> nodes{graph.node(0), {"positive", nn::Relu{}, {0}}};
  for (int i = 1; i < graph.size(); ++i) {
    nodes.push_back(graph.node(i));
    for (int& input : nodes.back().inputs) ++input;
  }
  return std::make_shared<const nn::Graph>(std::move(nodes));
}

TEST(PatchedProbes, GiveWhatWholePicturesGive) {
  const auto graph = test::golden_graph("trained_pong");
  ByteTensor state(Shape{1, 4, 84, 84});
  // A dark field with lines, a bright square, and a ball that moves.
  std::ranges::fill(state.values(), std::uint8_t{52});
  for (std::int64_t c = 0; c < 4; ++c) {
    for (std::int64_t i = 0; i < 84; ++i) state[0][c].data()[i * 84 + i / 3] = 236;
    for (std::int64_t i = 0; i < 49; ++i) state[0][c].data()[(30 + i / 7) * 84 + 60 + i % 7] = 147;
    state[0][c].data()[(40 + c) * 84 + 20 + 2 * c] = 200;
  }
  std::vector<Object> objects;
  for (int i = 0; i < 5; ++i) objects.push_back({"thing", {{10 + 8 * i, 30, 6, 9 + i}}});
  double scale = 0;
  const auto explain = [&](const char* kind, const std::shared_ptr<const nn::Graph>& network,
                           const char* method) {
    const auto engine = nn::make_engine(kind, network);
    Session session(*engine, parse_methods(method));
    session.forward(state.view());
    session.set_objects({objects});
    session.explain(std::vector{Target::action(1)});
    for (const float q : session.tape().output().values())
      scale = std::max(scale, std::abs(static_cast<double>(q)));
    return session.result(0, 0);
  };
  const auto values = [](const Attribution& result) {
    return result.planes.size() > 0 ? result.planes.values() : result.raw.values();
  };
  const auto distance = [&](const Attribution& a, const Attribution& b) {
    double largest = 0;
    for (std::size_t i = 0; i < values(b).size(); ++i)
      largest = std::max(largest, std::abs(static_cast<double>(values(a)[i]) - values(b)[i]));
    return largest;
  };
  for (const char* method :
       {"occlusion:window=28:stride=28:value=90", "perturbation:stride=28:mask=9",
        "perturbation:stride=28:mask=9:score=target", "object-saliency"}) {
    const Attribution told = explain("cpu", graph, method);
    const Attribution plain = explain("cpu", behind_a_relu(*graph), method);
    const Attribution exact = explain("reference", graph, method);
    EXPECT_EQ(told.probes, plain.probes);
    ASSERT_EQ(values(told).size(), values(exact).size());
    EXPECT_TRUE(std::ranges::any_of(values(exact), [](float value) { return value != 0; }));
    EXPECT_LT(distance(told, plain), 5e-6 * scale) << method;
    EXPECT_LT(distance(told, exact), 1.5 * distance(plain, exact) + 5e-7 * scale)
        << method << ": the differences are no less exact than whole pictures";
  }
}

}  // namespace
}  // namespace arcadecam::explain
