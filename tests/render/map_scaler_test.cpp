#include "render/map_scaler.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "render/steps.h"

namespace arcadecam::render {
namespace {

/// A step whose only map has these values in its first pixels and `low` everywhere else.
class OneMap {
 public:
  episode::Step step(std::int64_t index, std::vector<float> values, float low = 0) {
    explain::Attribution& map = steps_.maps()[0];
    map.lowest = low;
    map.highest = std::max(*std::ranges::max_element(values), low);
    const float extent = map.highest - map.lowest;
    std::ranges::fill(map.map.values(), 0.0F);
    for (std::size_t i = 0; i < values.size(); ++i)
      map.map.data()[i] = extent > 0 ? (values[i] - low) / extent : 0;
    episode::Step step = steps_.next();
    step.index = index;
    return step;
  }
  explain::Attribution& map() { return steps_.maps()[0]; }
  test::Steps& steps() { return steps_; }

 private:
  test::Steps steps_{1, 3};
};

MapDisplay with(const char* scale) {
  return {.scale = ColorScale::parse(scale)};
}

TEST(Scale, NamesAreReadAndPrintedBack) {
  for (const char* text :
       {"frame", "episode", "running", "percentile:99", "percentile:97.5", "fixed:-1/0.25"}) {
    EXPECT_EQ(ColorScale::parse(text).text(), text);
    EXPECT_FALSE(ColorScale::parse(text).title().empty());
  }
  EXPECT_EQ(ColorScale::parse("percentile").text(), "percentile:99");
  for (const char* text :
       {"", "frames", "percentile:", "percentile:50", "percentile:101", "percentile:x", "fixed",
        "fixed:1", "fixed:1/1", "fixed:2/1", "fixed:nan/1", "fixed:0/inf", "running:3"})
    EXPECT_THROW(ColorScale::parse(text), Error) << text;
}

TEST(MapScaler, PerFrameTheMapStaysAsItIs) {
  OneMap one;
  MapScaler scaler(with("frame"));
  const auto& shown = scaler.scale(one.step(0, {1, 3, 5}, 1));
  EXPECT_EQ(shown[0].values.data(), one.map().map.data());
  EXPECT_EQ(shown[0].range, (Range{1, 5}));
}

TEST(MapScaler, RunningKeepsTheEpisodesRangeSoFar) {
  OneMap one;
  MapScaler scaler(with("running"));
  EXPECT_EQ(scaler.scale(one.step(0, {2, 4}))[0].range, (Range{0, 4}));
  const ShownMap weaker = scaler.scale(one.step(1, {2}))[0];
  EXPECT_EQ(weaker.range, (Range{0, 4}));
  EXPECT_FLOAT_EQ(weaker.values.data()[0], 0.5F) << "a weaker frame looks weaker";
  EXPECT_EQ(scaler.scale(one.step(2, {8}))[0].range, (Range{0, 8}));
  EXPECT_EQ(scaler.scale(one.step(0, {1}))[0].range, (Range{0, 1})) << "a new episode";
}

TEST(MapScaler, TheEpisodesRangeIsThatOfAFirstPass) {
  OneMap one;
  RangesSink ranges({});
  ranges.begin(one.steps().info);
  for (const float value : {2.0F, 8.0F, 4.0F})
    ranges.write(one.step(value == 2.0F ? 0 : 1, {value}));
  ranges.end({});
  MapDisplay display = with("episode");
  EXPECT_THROW(MapScaler(display).scale(one.step(0, {2})), Error) << "without a first pass";
  display.ranges = ranges.ranges();
  MapScaler scaler(display);
  for (const float value : {2.0F, 8.0F, 4.0F}) {
    const ShownMap shown = scaler.scale(one.step(value == 2.0F ? 0 : 1, {value}))[0];
    EXPECT_EQ(shown.range, (Range{0, 8}));
    EXPECT_FLOAT_EQ(shown.values.data()[0], value / 8);
  }
}

TEST(MapScaler, ARunningRangeOfAFirstPassIsKnownWhereStepsAreLeftOut) {
  OneMap one;
  RangesSink ranges({});
  ranges.begin(one.steps().info);
  for (const float value : {2.0F, 8.0F, 4.0F, 9.0F})
    ranges.write(
        one.step(ranges.ranges()->empty() ? 0 : static_cast<std::int64_t>(value), {value}));
  ranges.end({});
  MapDisplay display = with("running");
  display.ranges = ranges.ranges();
  MapScaler scaler(display);
  EXPECT_EQ(scaler.scale(one.step(1, {2}))[0].range, (Range{0, 2}));
  EXPECT_EQ(scaler.scale(one.step(8, {8}))[0].range, (Range{0, 8}));
  EXPECT_EQ(scaler.scale(one.step(30, {4}))[0].range, (Range{0, 9}));
}

TEST(MapScaler, PercentilesClipAndFixedRangesAreGiven) {
  OneMap one;
  std::vector<float> values(84 * 84);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  MapScaler percentile(with("percentile:90"));
  const ShownMap kept = percentile.scale(one.step(0, values))[0];
  EXPECT_NEAR(kept.range.low, 0.1 * 7055, 1);
  EXPECT_NEAR(kept.range.high, 0.9 * 7055, 1);
  EXPECT_EQ(kept.values.data()[7055], 1.0F);
  EXPECT_EQ(kept.values.data()[0], 0.0F);
  EXPECT_NEAR(kept.values.data()[3527], 0.5, 1e-3);
  MapScaler fixed(with("fixed:1/5"));
  const ShownMap given = fixed.scale(one.step(0, {0, 2, 9}))[0];
  EXPECT_EQ(given.range, (Range{1, 5}));
  EXPECT_EQ(given.values.data()[0], 0.0F);
  EXPECT_FLOAT_EQ(given.values.data()[1], 0.25F);
  EXPECT_EQ(given.values.data()[2], 1.0F);
}

TEST(MapScaler, PercentilesOfAFewSpotsShowTheSpots) {
  OneMap one;
  MapScaler scaler(with("percentile"));
  const ShownMap shown = scaler.scale(one.step(0, {5}))[0];
  EXPECT_EQ(shown.range, (Range{0, 5}));
  EXPECT_FLOAT_EQ(shown.values.data()[0], 1);
}

TEST(MapScaler, SignsAreSymmetricAroundTheMiddle) {
  OneMap one;
  MapDisplay display = with("frame");
  display.with_signs = {true};
  one.map().signed_map = Tensor();
  EXPECT_THROW(MapScaler(display).scale(one.step(0, {1})), Error) << "a method without signs";
  one.map().signed_map = Tensor(Shape{84, 84});
  one.map().signed_map.data()[0] = -4;
  one.map().signed_map.data()[1] = 2;
  MapScaler scaler(display);
  const ShownMap shown = scaler.scale(one.step(0, {1}))[0];
  EXPECT_EQ(shown.range, (Range{-4, 4}));
  EXPECT_FLOAT_EQ(shown.values.data()[0], 0);
  EXPECT_FLOAT_EQ(shown.values.data()[1], 0.75F);
  EXPECT_FLOAT_EQ(shown.values.data()[2], 0.5F);
  one.map().signed_map = Tensor(Shape{84, 84});
  EXPECT_FLOAT_EQ(scaler.scale(one.step(1, {1}))[0].values.data()[0], 0.5F) << "nothing at all";
}

}  // namespace
}  // namespace arcadecam::render
