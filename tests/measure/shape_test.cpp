// How concentrated a map is, against maps whose concentration is known.
#include <gtest/gtest.h>

#include <cmath>

#include "measure/toy.h"

namespace arcadecam::measure {
namespace {

class ShapeMeasure : public testing::Test {
 protected:
  static constexpr std::int64_t kSide = 10, kPixels = kSide * kSide;

  test::Found found(const std::vector<float>& map) {
    const test::GivenMap given(context_, state_, map);
    return {context_, "shape", given.subject()};
  }

  Network network_ = test::network_of(test::linear_graph(kSide, 3));
  Question question_;
  Context context_{network_, question_};
  State state_ = test::state_of(*network_.graph);
};

TEST_F(ShapeMeasure, AnEvenMapCoversEverything) {
  const auto even = found(std::vector<float>(kPixels, 0.5F));
  EXPECT_NEAR(even["sparseness"], 0, 1e-12);
  EXPECT_NEAR(even["complexity"], std::log(kPixels), 1e-9);
  EXPECT_NEAR(even["effective-area"], 1, 1e-12);
  EXPECT_NEAR(even["half-area"], 0.5, 1e-12);
  EXPECT_EQ(even["empty"], 0);
}

TEST_F(ShapeMeasure, AMapOfKEqualPixelsCoversTheirShare) {
  constexpr int kOn = 4;
  std::vector<float> map(kPixels, 0.0F);
  for (const std::size_t at : {3U, 30U, 31U, 99U}) map[at] = 1;
  const auto few = found(map);
  EXPECT_NEAR(few["sparseness"], 1 - kOn / 100.0, 1e-4);
  EXPECT_NEAR(few["complexity"], std::log(kOn), 1e-9);
  EXPECT_NEAR(few["effective-area"], kOn / 100.0, 1e-12);
  EXPECT_NEAR(few["half-area"], kOn / 200.0, 1e-12);
}

TEST_F(ShapeMeasure, AnEmptyMapHasNoShape) {
  const auto empty = found(std::vector<float>(kPixels, 0.0F));
  EXPECT_EQ(empty["empty"], 1);
  EXPECT_EQ(empty.all().size(), 1U);
}

TEST(ShapeGolden, EqualsQuantus) {
  // Made by scripts/golden/measures.py with Quantus 0.6.0.
  const test::GoldenArrays golden("evaluate/shape.npz");
  const auto maps = golden.get<float>("maps");
  const auto sparseness = golden.get<double>("sparseness");
  const auto complexity = golden.get<double>("complexity");
  const std::int64_t side = maps.shape()[1];
  const Network network = test::network_of(test::linear_graph(side, 3));
  const Question question;
  Context context(network, question);
  const State state = test::state_of(*network.graph);
  for (std::int64_t n = 0; n < maps.shape()[0]; ++n) {
    const auto values = maps[n].values();
    const test::GivenMap given(context, state, {values.begin(), values.end()});
    const test::Found found(context, "shape", given.subject());
    EXPECT_NEAR(found["sparseness"], sparseness.data()[n], 1e-6) << n;
    EXPECT_NEAR(found["complexity"], complexity.data()[n], 1e-6) << n;
  }
}

}  // namespace
}  // namespace arcadecam::measure
