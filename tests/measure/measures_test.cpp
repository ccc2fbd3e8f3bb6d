// Measures that run the network, against closed forms on a network without bends, where taking
// pixels away changes the output by a sum.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>

#include "measure/pixel_order.h"
#include "measure/similarity.h"
#include "measure/statistics.h"
#include "measure/toy.h"
#include "nn/randomize_weights.h"

namespace arcadecam::measure {
namespace {

class LinearNetwork : public testing::Test {
 protected:
  static constexpr std::int64_t kSide = 12, kPixels = kSide * kSide;

  LinearNetwork() { state_.action = 1; }

  [[nodiscard]] double weight(int action, std::int64_t pixel) const {
    const auto& linear = std::get<nn::Linear>(network_.graph->node(2).op);
    return static_cast<double>(linear.weight->data()[action * kPixels + pixel]);
  }
  [[nodiscard]] double bias(int action) const {
    const auto& linear = std::get<nn::Linear>(network_.graph->node(2).op);
    return static_cast<double>(linear.bias->data()[action]);
  }
  /// What a pixel adds to the value of the state's action, or to its advantage: half the difference
  /// of two actions.
  [[nodiscard]] double part(std::int64_t pixel, bool advantage) const {
    const double x = state_.observation.data()[pixel];
    return advantage ? x * (weight(1, pixel) - weight(0, pixel)) / 2 : x * weight(1, pixel);
  }
  /// A map in which every pixel has a value of its own.
  [[nodiscard]] std::vector<float> distinct_map() const {
    std::vector<float> map;
    for (std::int64_t i = 0; i < kPixels; ++i)
      map.push_back(static_cast<float>(i * 31 % kPixels) / kPixels);
    return map;
  }
  /// What the method says of the state, by one measure.
  test::Found of_method(const std::string& method, const std::string& measure) {
    std::optional<test::Found> found;
    context_.use(explain::parse_methods(method).front());
    context_.explain_states(std::array<const State*, 1>{&state_}, [&](const Subject& subject) {
      found.emplace(context_, measure, subject);
    });
    return *found;
  }

  Network network_ = test::network_of(test::linear_graph(kSide, 3));
  Question question_{explain::Target::chosen(), "reference", 5};
  Context context_{network_, question_};
  State state_ = test::state_of(*network_.graph);
};

TEST_F(LinearNetwork, InsertionAndDeletionAreSums) {
  const std::vector<float> map = distinct_map();
  const test::GivenMap given(context_, state_, map);
  const test::Found found(context_, "insertion-deletion:pixels=5", given.subject());
  std::vector<std::int64_t> order(kPixels);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::ranges::sort(order, std::greater<>(),
                    [&](std::int64_t i) { return map[static_cast<std::size_t>(i)]; });
  for (const bool advantage : {false, true}) {
    const double start = advantage ? (bias(1) - bias(0)) / 2 : bias(1);
    // Curves at 0, 5, …, 140, 144 pixels.
    std::vector<double> in, out;
    for (std::int64_t k = 0; k < kPixels + 5; k += 5) {
      double shown = start, rest = start;
      for (std::int64_t i = 0; i < kPixels; ++i)
        (i < k ? shown : rest) += part(order[static_cast<std::size_t>(i)], advantage);
      in.push_back(shown);
      out.push_back(rest);
    }
    ASSERT_EQ(in.size(), 30U);
    const auto area = [](const std::vector<double>& curve) {
      return (std::accumulate(curve.begin(), curve.end(), 0.0) -
              (curve.front() + curve.back()) / 2) /
             static_cast<double>(curve.size() - 1);
    };
    const std::string score = advantage ? "advantage" : "raw";
    const double tolerance = 1e-4 * std::abs(in.back());
    EXPECT_NEAR(found["insertion-black-" + score], area(in), tolerance);
    EXPECT_NEAR(found["deletion-black-" + score], area(out), tolerance);
  }
  if (given.subject().value > 0) {
    EXPECT_NEAR(found["insertion-black-ratio"],
                found["insertion-black-raw"] / given.subject().value, 1e-12);
  }
}

TEST_F(LinearNetwork, TheTrueMapInsertsBetterAndDeletesLowerThanItsOpposite) {
  std::vector<float> truth, opposite;
  for (std::int64_t i = 0; i < kPixels; ++i) {
    truth.push_back(static_cast<float>(part(i, false)));
    opposite.push_back(-truth.back());
  }
  const test::GivenMap good(context_, state_, truth), bad(context_, state_, opposite);
  const test::Found right(context_, "insertion-deletion", good.subject());
  const test::Found wrong(context_, "insertion-deletion", bad.subject());
  for (const std::string substrate : {"black", "blur"}) {
    EXPECT_GT(right["insertion-" + substrate + "-raw"], wrong["insertion-" + substrate + "-raw"]);
    EXPECT_LT(right["deletion-" + substrate + "-raw"], wrong["deletion-" + substrate + "-raw"]);
  }
}

TEST_F(LinearNetwork, RemovalAgreesWhollyWithWhatEveryPixelAdds) {
  std::vector<float> truth;
  for (std::int64_t i = 0; i < kPixels; ++i)
    truth.push_back(3 * static_cast<float>(part(i, false)));
  const test::GivenMap good(context_, state_, truth);
  const test::Found right(context_, "removal", good.subject());
  EXPECT_NEAR(right["infidelity"], 0, 1e-5) << "whatever the map's scale";
  EXPECT_NEAR(right["patches"], 1, 1e-5);
  EXPECT_NEAR(right["sensitivity-n"], 1, 1e-5);
  const test::GivenMap even(context_, state_, std::vector<float>(kPixels, 1));
  EXPECT_EQ(test::Found(context_, "removal", even.subject())["sensitivity-n"], 0);
}

TEST(PixelOrder, TiesAreDrawnAndTheSameForTheSameSeed) {
  std::vector<float> map(100, 0.0F);
  map[42] = 1;
  map[17] = 0.5F;
  const auto order = pixel_order(map, Random(1));
  EXPECT_EQ(order[0], 42);
  EXPECT_EQ(order[1], 17);
  EXPECT_EQ(std::set<std::int64_t>(order.begin(), order.end()).size(), 100U);
  EXPECT_EQ(order, pixel_order(map, Random(1)));
  EXPECT_NE(order, pixel_order(map, Random(2)));
  EXPECT_FALSE(std::ranges::is_sorted(order.begin() + 2, order.end()));
}

TEST_F(LinearNetwork, AverageDropOfAMapOfOnesAndOfZeros) {
  const test::GivenMap all(context_, state_, std::vector<float>(kPixels, 1));
  const test::GivenMap none(context_, state_, std::vector<float>(kPixels, 0));
  const double value = all.subject().value;
  const test::Found kept(context_, "average-drop", all.subject());
  const test::Found gone(context_, "average-drop", none.subject());
  EXPECT_NEAR(gone["advantage"], (bias(1) - bias(0)) / 2, 1e-4);
  if (value > 0) {
    EXPECT_NEAR(kept["drop"], 0, 1e-4);
    EXPECT_NEAR(gone["drop"], 100 * (value - bias(1)) / value, 1e-4);
  }
}

TEST_F(LinearNetwork, BaselinesDoNotChangeWithTheNetworkAndGradientsBecomeThoseOfTheNewOne) {
  const test::Found blind = of_method("sobel", "randomisation");
  EXPECT_NEAR(blind["all-spearman"], 1, 1e-12);
  EXPECT_NEAR(blind["top-down-ssim"], 1, 1e-9);
  EXPECT_NEAR(blind["independent-hog"], 1, 1e-9);
  EXPECT_EQ(blind["entropy-rise"], 0);

  // |weight| of the old network against that of the new.
  const test::Found gradient = of_method("saliency", "randomisation");
  const nn::Graph other = nn::randomize_weights(*network_.graph, question_.seed);
  const auto& drawn = std::get<nn::Linear>(other.node(2).op);
  std::vector<double> before, after;
  for (std::int64_t i = 0; i < kPixels; ++i) {
    before.push_back(std::abs(weight(1, i)));
    after.push_back(std::abs(static_cast<double>(drawn.weight->data()[kPixels + i])));
  }
  EXPECT_NEAR(gradient["all-spearman"], spearman(before, after), 1e-6);
  EXPECT_EQ(gradient["all-spearman"], gradient["head-spearman"]) << "there is one layer";
}

TEST_F(LinearNetwork, NoiseDoesNotChangeTheRandomisationOfWeights) {
  EXPECT_NEAR(of_method("sobel", "smooth-randomisation:samples=2")["spearman"], 1, 1e-12);
  const test::Found plain = of_method("saliency", "randomisation");
  const test::Found smooth = of_method("saliency", "smooth-randomisation:samples=4");
  EXPECT_NEAR(smooth["spearman"], plain["bottom-up-spearman"], 1e-6);
  EXPECT_NEAR(smooth["ssim"], plain["bottom-up-ssim"], 1e-5);
  EXPECT_EQ(smooth["all-spearman"], smooth["spearman"]) << "there is one layer";
  // Gradient times input does depend on the picture.
  const std::string method = "input-x-gradient";
  EXPECT_NE(of_method(method, "smooth-randomisation")["spearman"],
            of_method(method, "randomisation")["bottom-up-spearman"]);
}

TEST_F(LinearNetwork, TheMapOfTheOtherActionIsThatOfItsWeights) {
  EXPECT_EQ(of_method("sobel", "random-logit")["spearman"], 1);
  std::vector<double> mine, others;
  for (std::int64_t i = 0; i < kPixels; ++i) {
    mine.push_back(std::abs(weight(1, i)));
    others.push_back(std::abs(weight(0, i)));
  }
  EXPECT_NEAR(of_method("saliency", "random-logit")["spearman"], spearman(mine, others), 1e-6);
}

TEST_F(LinearNetwork, AMapOfWeightsDoesNotMoveWithThePicture) {
  state_.previous = test::state_of(*network_.graph, 8).observation;
  const test::Found still = of_method("saliency", "robustness:samples=2");
  EXPECT_NEAR(still["max-sensitivity"], 0, 1e-6);
  EXPECT_NEAR(still["lipschitz"], 0, 1e-6);
  EXPECT_NEAR(still["flicker"], 0, 1e-6);
  EXPECT_NEAR(still["temporal-spearman"], 1, 1e-6);
  const test::Found moving = of_method("random", "robustness:samples=2");
  EXPECT_GT(moving["max-sensitivity"], 0.5);
  EXPECT_LT(std::abs(moving["shift-spearman"]), 0.3);
  EXPECT_GE(moving["max-sensitivity"], moving["mean-sensitivity"]);
}

TEST(InsertionDeletion, ToBlackEqualsQuantusPixelFlipping) {
  // Made by scripts/golden/measures.py with Quantus 0.6.0: the network's value after every 12
  // pixels.
  const test::GoldenArrays golden("evaluate/pixel_flipping.npz");
  const auto picture = golden.get<std::uint8_t>("picture");
  const auto weights = golden.get<float>("weights"), bias = golden.get<float>("bias"),
             map = golden.get<float>("map");
  const auto after = golden.get<double>("values");
  const auto tensor = [](const auto& array) {
    return std::make_shared<const Tensor>(array.shape(), array.values());
  };
  std::vector<nn::Node> nodes;
  nodes.push_back({"input", nn::Input{picture.shape()}, {}});
  nodes.push_back({"flat", nn::Flatten{}, {0}});
  nodes.push_back({"q", nn::Linear{tensor(weights), tensor(bias)}, {1}});
  const Network network = test::network_of(std::make_shared<const nn::Graph>(std::move(nodes)));
  const Question question{explain::Target::chosen(), "reference", 5};
  Context context(network, question);
  State state;
  state.action = 1;
  state.observation = ByteTensor(picture.shape(), picture.values());
  const auto values = map.values();
  const test::GivenMap given(context, state, {values.begin(), values.end()});
  // By the trapezoidal rule over the share of the pixels, from the whole picture on.
  double area = 0, last = given.subject().value;
  for (const double value : after.values()) {
    area += (last + value) / 2 / static_cast<double>(after.size());
    last = value;
  }
  const test::Found found(context, "insertion-deletion:pixels=12", given.subject());
  EXPECT_NEAR(found["deletion-black-raw"], area, 1e-5);
}

TEST(Measures, AllAreAllThatNeedNoGame) {
  EXPECT_EQ(parse_measures("all").size(), measures().size());
}

TEST(SimilarityOfMaps, EqualsQuantus) {
  // Made by scripts/golden/measures.py with Quantus 0.6.0.
  const test::GoldenArrays golden("evaluate/similarity.npz");
  const auto first = golden.get<float>("first"), second = golden.get<float>("second");
  const auto spearmans = golden.get<double>("spearman"), ssims = golden.get<double>("ssim"),
             entropies = golden.get<double>("entropy");
  for (std::int64_t n = 0; n < first.shape()[0]; ++n) {
    const auto like = similarity(first[n], second[n]);
    ASSERT_TRUE(like.has_value()) << n;
    EXPECT_NEAR(like->spearman, spearmans.data()[n], 1e-6) << n;
    EXPECT_NEAR(like->ssim, ssims.data()[n], 1e-6) << n;
    EXPECT_NEAR(histogram_entropy(first[n].values()), entropies.data()[n], 1e-6) << n;
  }
}

TEST(SimilarityOfMaps, KnownCases) {
  Tensor ramp(Shape{12, 12}), turned(Shape{12, 12}), flat(Shape{12, 12});
  for (std::int64_t y = 0; y < 12; ++y) {
    for (std::int64_t x = 0; x < 12; ++x) {
      ramp.data()[y * 12 + x] = static_cast<float>(x) / 11;
      turned.data()[y * 12 + x] = static_cast<float>(y) / 11;
      flat.data()[y * 12 + x] = 0.5F;
    }
  }
  const auto same = similarity(ramp.view(), ramp.view());
  EXPECT_NEAR(same->spearman, 1, 1e-12);
  EXPECT_NEAR(same->ssim, 1, 1e-12);
  EXPECT_NEAR(same->hog, 1, 1e-12);
  EXPECT_NEAR(similarity(ramp.view(), turned.view())->spearman, 0, 1e-12);
  EXPECT_LT(similarity(ramp.view(), turned.view())->hog, 0);
  EXPECT_FALSE(similarity(flat.view(), ramp.view()).has_value());
  EXPECT_EQ(similarity(ramp.view(), flat.view())->spearman, 0);
  // Only the means of two even maps count: (2·a·b + C1)/(a² + b² + C1).
  Tensor darker(Shape{12, 12});
  for (float& value : darker.values()) value = 0.25F;
  EXPECT_NEAR(structural_similarity(flat.view(), darker.view()),
              (2 * 0.125 + 1e-4) / (0.25 + 0.0625 + 1e-4), 1e-9);
}

TEST_F(LinearNetwork, StickyActionsAskForTheMapOfWhatWouldHaveBeenSeen) {
  const test::Found without = of_method("input-x-gradient", "robustness:samples=1");
  for (const Finding& finding : without.all())
    EXPECT_FALSE(finding.statistic.starts_with("sticky")) << finding.statistic;
  // Half as bright: half the picture is lost, and the map of a linear network is scaled to the
  // same.
  state_.repeated = state_.observation;
  for (std::uint8_t& value : state_.observation.values()) value = value / 2 * 2;
  for (std::int64_t i = 0; i < kPixels; ++i)
    state_.repeated.data()[i] = static_cast<std::uint8_t>(state_.observation.data()[i] / 2);
  const test::Found half = of_method("input-x-gradient", "robustness:samples=1");
  EXPECT_NEAR(half["sticky-picture"], 0.5, 1e-6);
  EXPECT_NEAR(half["sticky-change"], 0, 1e-6);
  EXPECT_NEAR(half["sticky-spearman"], 1, 1e-9);
  // Another picture has another map.
  state_.repeated = test::state_of(*network_.graph, 8).observation;
  const test::Found other = of_method("input-x-gradient", "robustness:samples=1");
  EXPECT_GT(other["sticky-change"], 0.1);
  EXPECT_LT(other["sticky-spearman"], 0.9);
}

}  // namespace
}  // namespace arcadecam::measure
