// Maps that are right and wrong by construction, against the measure that asks where objects are.
#include "measure/localisation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "measure/toy.h"
#include "support/golden.h"

namespace arcadecam::measure {
namespace {

TEST(Localisation, CountsTiesForTheLastPlacesAsChanceWould) {
  const Mask mask{true, true, false, false, false};
  EXPECT_DOUBLE_EQ(rank_inside(std::vector<float>{5, 4, 3, 2, 1}, mask), 1);
  EXPECT_DOUBLE_EQ(rank_inside(std::vector<float>{1, 2, 3, 4, 5}, mask), 0);
  EXPECT_DOUBLE_EQ(rank_inside(std::vector<float>{5, 1, 4, 3, 2}, mask), 0.5);
  EXPECT_DOUBLE_EQ(rank_inside(std::vector<float>{1, 1, 1, 1, 1}, mask), 2.0 / 5);
  // One place is taken by 9, the other is shared by two values, one of them inside.
  EXPECT_DOUBLE_EQ(rank_inside(std::vector<float>{3, 0, 9, 3, 0}, mask), 0.25);
  EXPECT_DOUBLE_EQ(mass_inside(std::vector<float>{3, 0, 9, 3, 0}, mask), 0.2);
  EXPECT_TRUE(std::isnan(mass_inside(std::vector<float>(5, 0), mask)));
  EXPECT_TRUE(points_inside(std::vector<float>{9, 0, 9, 3, 0}, mask));
  EXPECT_FALSE(points_inside(std::vector<float>{3, 0, 9, 3, 0}, mask));
}

TEST(Localisation, EqualsQuantus) {
  // Made by scripts/golden/measures.py with Quantus 0.6.0.
  const auto maps = test::GoldenArrays("evaluate/shape.npz").get<float>("maps");
  const test::GoldenArrays golden("evaluate/localisation.npz");
  const auto masks = golden.get<std::uint8_t>("masks");
  const auto pointing = golden.get<double>("pointing"), mass = golden.get<double>("mass"),
             rank = golden.get<double>("rank");
  const std::int64_t count = maps.shape()[0], pixels = maps.size() / count;
  ASSERT_EQ(masks.size(), 2 * maps.size());
  for (std::int64_t n = 0; n < 2 * count; ++n) {
    const auto map = maps[n % count].values();
    const Mask mask(masks.data() + n * pixels, masks.data() + (n + 1) * pixels);
    EXPECT_EQ(points_inside(map, mask), pointing.data()[n] == 1) << n;
    EXPECT_NEAR(mass_inside(map, mask), mass.data()[n], 1e-6) << n;
    EXPECT_NEAR(rank_inside(map, mask), rank.data()[n], 1e-6) << n;
  }
}

TEST(Localisation, GrowsBoxesAndCutsThemAtTheEdge) {
  Mask mask(100, false);
  const explain::Object object{"ball", {{0, 0, 2, 1}, {}, {8, 9, 1, 1}}};
  add_boxes(object, Planes::kNewest, 0, Shape{10, 10}, mask);
  EXPECT_EQ(area(mask), 1);
  EXPECT_TRUE(mask[98]);
  add_boxes(object, Planes::kAll, 1, Shape{10, 10}, mask);
  EXPECT_EQ(area(mask), 3 * 2 + 3 * 2);
}

TEST(LocalisationMeasure, AnOracleWinsAndAWrongMapLoses) {
  constexpr std::int64_t kSide = 10;
  const Network network = test::network_of(test::linear_graph(kSide, 3));
  const Question question;
  Context context(network, question);
  State state = test::state_of(*network.graph);
  state.objects = {{"ball", {{4, 4, 2, 2}}, "ball"},
                   {"player", {{0, 0, 5, 1}}, "player"},
                   {"score", {{0, 9, 10, 1}}, "score"}};
  std::vector<float> oracle(100, 0.0F), wrong(100, 0.0F);
  for (const int at : {44, 45, 54, 55}) oracle[static_cast<std::size_t>(at)] = 1;
  for (int at = 90; at < 100; ++at) wrong[static_cast<std::size_t>(at)] = 0.5F;
  const auto found = [&](const std::vector<float>& map) {
    const test::GivenMap given(context, state, map);
    return test::Found(context, "localisation:radius=0", given.subject());
  };
  const auto right = found(oracle);
  EXPECT_EQ(right["ball.mass"], 1);
  EXPECT_EQ(right["ball.over-chance"], 25);
  EXPECT_EQ(right["ball.rank"], 1);
  EXPECT_EQ(right["ball.pointing"], 1);
  EXPECT_EQ(right["things.mass"], 1);
  EXPECT_EQ(right["player.mass"], 0);
  EXPECT_EQ(right["score.mass"], 0);
  const auto astray = found(wrong);
  EXPECT_EQ(astray["ball.mass"], 0);
  EXPECT_EQ(astray["ball.rank"], 0);
  EXPECT_EQ(astray["ball.pointing"], 0);
  EXPECT_EQ(astray["score.mass"], 1);
  const auto even = found(std::vector<float>(100, 0.3F));
  EXPECT_NEAR(even["ball.over-chance"], 1, 1e-6);
  EXPECT_NEAR(even["things.over-chance"], 1, 1e-6);
  EXPECT_NEAR(even["ball.rank"], 0.04, 1e-9);
  const test::GivenMap nothing(context, state, std::vector<float>(100, 0.0F));
  EXPECT_TRUE(test::Found(context, "localisation", nothing.subject()).all().empty());
}

}  // namespace
}  // namespace arcadecam::measure
