#include "planted/planted.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <variant>

#include "arcadecam/core/error.h"

namespace arcadecam::planted {
namespace {

TEST(Planted, AreFoundByNameInAnyCase) {
  const auto found = find_planted("Planted:PONG/Score");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name(), "planted:pong/score");
  EXPECT_EQ(found->game->game, "Pong");
  EXPECT_EQ(found->variant->shortcut, "player score");
  EXPECT_FALSE(find_planted("pong"));
  EXPECT_FALSE(find_planted(""));
  EXPECT_FALSE(find_planted("planted"));
}

TEST(Planted, AnotherNameIsToldTheNamesThatThereAre) {
  try {
    (void)find_planted("planted:chess");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(
        std::string(error.what()).find("planted:chess: no planted agent of that name (there are "),
        std::string::npos);
    EXPECT_NE(std::string(error.what()).find("planted:pong, planted:pong/opponent"),
              std::string::npos);
  }
}

TEST(Planted, NamesAreUniqueAndTheFirstOfAGameIsItsOwn) {
  std::set<std::string> names;
  for (const Planted& one : all_planted()) {
    EXPECT_TRUE(names.insert(one.name()).second) << one.name();
    EXPECT_FALSE(one.variant->title.empty());
    EXPECT_FALSE(one.variant->uses.empty());
    const bool twin = one.variant != &one.game->variants().front();
    EXPECT_EQ(twin, !one.variant->name.empty());
    EXPECT_EQ(twin, !one.variant->shortcut.empty() || !one.variant->pixels.empty()) << one.name();
  }
}

// The sums of a real observation are then exact in single precision, in any order.
bool has_few_bits(float weight) {
  constexpr float kSteps = 1024;
  return std::abs(weight) < 1024 && weight * kSteps == std::round(weight * kSteps);
}

TEST(Planted, HaveNaturesShapeAndWeightsOfFewBits) {
  for (const Planted& one : all_planted()) {
    const nn::Graph graph = one.build();
    EXPECT_EQ(graph.shape(0), (Shape{4, 84, 84}));
    EXPECT_EQ(graph.shape(*graph.find("conv1")), (Shape{32, 20, 20}));
    EXPECT_EQ(graph.shape(*graph.find("conv2")), (Shape{64, 9, 9}));
    EXPECT_EQ(graph.shape(*graph.find("conv3")), (Shape{64, 7, 7}));
    EXPECT_EQ(graph.shape(*graph.find("hidden")), (Shape{512}));
    const nn::Graph again = one.build();
    for (int node = 0; node < graph.size(); ++node) {
      const auto weights = nn::weights_of(graph.node(node).op);
      const auto others = nn::weights_of(again.node(node).op);
      for (std::size_t i = 0; i < weights.size(); ++i) {
        const auto values = weights[i].tensor->values();
        EXPECT_TRUE(std::ranges::all_of(values, has_few_bits)) << one.name();
        EXPECT_TRUE(std::ranges::equal(values, others[i].tensor->values()));
      }
    }
  }
}

// Every filter and every unit does something: none is spare.
TEST(Planted, NoUnitIsWithoutWeights) {
  for (const Planted& one : all_planted()) {
    const nn::Graph graph = one.build();
    for (const char* layer : {"conv1", "conv2", "conv3", "hidden"}) {
      const auto weight = nn::weights_of(graph.node(*graph.find(layer)).op).front().tensor;
      for (std::int64_t unit = 0; unit < weight->shape()[0]; ++unit) {
        const auto values = (*weight)[unit].values();
        EXPECT_TRUE(std::ranges::any_of(values, [](float value) { return value != 0; }))
            << one.name() << " " << layer << " " << unit;
      }
    }
  }
}

}  // namespace
}  // namespace arcadecam::planted
