// Filling in removed pixels, and what the decision is worth without them, against closed forms.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "measure/imputation.h"
#include "measure/toy.h"

namespace arcadecam::measure {
namespace {

constexpr std::int64_t kSide = 12, kPixels = kSide * kSide;

std::size_t at(std::int64_t y, std::int64_t x) {
  return static_cast<std::size_t>(y * kSide + x);
}

/// Two planes of noise.
Tensor noisy() {
  Random random(4);
  Tensor planes(Shape{2, kSide, kSide});
  for (float& value : planes.values()) value = static_cast<float>(255 * random.uniform());
  return planes;
}

TEST(Imputation, AConstantPictureComesBackWhateverIsLeft) {
  Tensor planes(Shape{1, kSide, kSide});
  for (float& value : planes.values()) value = 100;
  Mask removed(kPixels, true);
  removed[at(5, 7)] = false;
  for (std::size_t i = 0; i < kPixels; ++i) {
    if (removed[i]) planes.data()[i] = 3;
  }
  impute(removed, planes);
  for (const float value : planes.values()) EXPECT_NEAR(value, 100, 1e-4);
}

TEST(Imputation, ARampComesBackFromItsEnds) {
  // Right of a pixel it rises by as much as it falls left of it; nothing lies above the first row
  // and below the last.
  Tensor planes(Shape{1, kSide, kSide});
  Mask removed(kPixels, false);
  for (std::int64_t y = 0; y < kSide; ++y) {
    for (std::int64_t x = 0; x < kSide; ++x) {
      removed[at(y, x)] = x > 0 && x < kSide - 1;
      planes.data()[at(y, x)] = removed[at(y, x)] ? 0 : 10 + 20 * static_cast<float>(x);
    }
  }
  impute(removed, planes);
  for (std::int64_t y = 0; y < kSide; ++y) {
    for (std::int64_t x = 0; x < kSide; ++x)
      EXPECT_NEAR(planes.data()[at(y, x)], 10 + 20 * static_cast<double>(x), 1e-4);
  }
}

TEST(Imputation, FewPixelsByHand) {
  const Tensor original = noisy();
  Tensor planes = original;
  Mask removed(kPixels, false);
  removed[at(0, 0)] = removed[at(6, 4)] = removed[at(6, 5)] = true;
  impute(removed, planes);
  for (std::int64_t plane = 0; plane < 2; ++plane) {
    const auto pixel = [&](std::int64_t y, std::int64_t x) {
      return static_cast<double>(original[plane].values()[at(y, x)]);
    };
    // A corner has three neighbours.
    const auto filled = planes[plane].values();
    EXPECT_NEAR(filled[at(0, 0)],
                ((pixel(0, 1) + pixel(1, 0)) / 6 + pixel(1, 1) / 12) / (2.0 / 6 + 1.0 / 12), 1e-4);
    // Two beside each other: l = a + r/6, r = b + l/6.
    const auto sum = [&](std::int64_t x, std::int64_t away) {
      return (pixel(6, away) + pixel(5, x) + pixel(7, x)) / 6 +
             (pixel(5, x - 1) + pixel(5, x + 1) + pixel(7, x - 1) + pixel(7, x + 1)) / 12;
    };
    const double a = sum(4, 3), b = sum(5, 6);
    EXPECT_NEAR(filled[at(6, 4)], (a + b / 6) / (1 - 1.0 / 36), 1e-4);
    EXPECT_NEAR(filled[at(6, 5)], (b + a / 6) / (1 - 1.0 / 36), 1e-4);
    EXPECT_EQ(filled[at(6, 6)], original[plane].values()[at(6, 6)]);
  }
}

TEST(Imputation, EqualsQuantus) {
  // Made by scripts/golden/measures.py with Quantus 0.6.0.
  const test::GoldenArrays golden("evaluate/imputation.npz");
  const auto original = golden.get<float>("planes");
  const auto removed = golden.get<std::uint8_t>("removed");
  const auto filled = golden.get<double>("filled");
  const std::int64_t count = removed.shape()[0];
  for (std::int64_t n = 0; n < count; ++n) {
    Tensor planes(original.shape(), original.values());
    impute(Mask(removed.data() + n * kPixels, removed.data() + (n + 1) * kPixels), planes);
    for (std::int64_t i = 0; i < planes.size(); ++i)
      EXPECT_NEAR(planes.data()[i], filled.data()[n * planes.size() + i], 1e-3) << n << " " << i;
  }
}

TEST(Imputation, NothingLeftIsAnError) {
  Tensor planes = noisy();
  EXPECT_THROW(impute(Mask(kPixels, true), planes), Error);
  impute(Mask(kPixels, false), planes);
  EXPECT_TRUE(std::ranges::equal(planes.values(), noisy().values()));
}

/// An even picture with one bright pixel, and a network that sums.
class Road : public testing::Test {
 protected:
  static constexpr std::uint8_t kGrey = 90, kBright = 250;

  Road() {
    std::ranges::fill(state_.observation.values(), kGrey);
    state_.observation.values()[at(6, 6)] = kBright;
    state_.action = 1;
  }

  /// The value of an action on the even picture, and how much more the bright pixel gives.
  [[nodiscard]] double even(int action) const {
    double sum = static_cast<double>(linear().bias->data()[action]);
    for (std::int64_t i = 0; i < kPixels; ++i) sum += kGrey * weight(action, i);
    return sum;
  }
  [[nodiscard]] double bright(int action) const {
    return (kBright - kGrey) * weight(action, static_cast<std::int64_t>(at(6, 6)));
  }
  test::Found found(const std::vector<float>& map, const std::string& measure) {
    const test::GivenMap given(context_, state_, map);
    return {context_, measure, given.subject()};
  }

  Network network_ = test::network_of(test::linear_graph(kSide, 3));
  Question question_{explain::Target::chosen(), "reference", 5};
  Context context_{network_, question_};
  State state_ = test::state_of(*network_.graph);

 private:
  [[nodiscard]] const nn::Linear& linear() const {
    return std::get<nn::Linear>(network_.graph->node(2).op);
  }
  [[nodiscard]] double weight(int action, std::int64_t pixel) const {
    return static_cast<double>(linear().weight->data()[action * kPixels + pixel]);
  }
};

TEST_F(Road, OnePixelOfALinearNetwork) {
  // The strongest pixel is the bright one, the weakest is far from it: an hundredth of 144 is one.
  std::vector<float> map(kPixels, 0.5F);
  map[at(6, 6)] = 1;
  map[at(0, 11)] = 0;
  const auto right = found(map, "road:fractions=1:noise=0");
  const double tolerance = 1e-5 * std::abs(even(1));
  EXPECT_NEAR(right["most-raw"], even(1), tolerance);
  EXPECT_NEAR(right["least-raw"], even(1) + bright(1), tolerance);
  EXPECT_NEAR(right["raw"], bright(1) / 2, tolerance);
  EXPECT_NEAR(right["most-advantage"], (even(1) - even(0)) / 2, tolerance);
  EXPECT_NEAR(right["advantage"], (bright(1) - bright(0)) / 4, tolerance);
  std::swap(map[at(6, 6)], map[at(0, 11)]);
  const auto wrong = found(map, "road:fractions=1:noise=0");
  EXPECT_NEAR(wrong["raw"], -bright(1) / 2, tolerance);
}

TEST_F(Road, AMapThatIsMostlyZeroLosesNoMoreThanItsShare) {
  std::vector<float> map(kPixels, 0.0F);
  map[at(6, 6)] = 1;
  const auto few = found(map, "road:fractions=10/50:noise=0");
  const double tolerance = 1e-5 * std::abs(even(1));
  EXPECT_NEAR(few["most-raw"], even(1), tolerance) << "what is filled in is even";
  // Least relevant first leaves the bright pixel, and what lies about it takes from its light.
  const double share = (few["least-raw"] - even(1)) / bright(1);
  EXPECT_GT(std::abs(share), 0.1);
  std::size_t points = 0;
  for (const Finding& finding : few.all()) points += std::isnan(finding.at) ? 0 : 1;
  EXPECT_EQ(points, 4U) << "a point of either curve for each fraction";
}

TEST_F(Road, NoiseIsTheSameForEveryMapAndSmall) {
  std::vector<float> map(kPixels, 0.5F);
  map[at(6, 6)] = 1;
  const auto once = found(map, "road:fractions=30"), again = found(map, "road:fractions=30");
  const auto without = found(map, "road:fractions=30:noise=0");
  EXPECT_EQ(once["raw"], again["raw"]);
  EXPECT_NE(once["most-raw"], without["most-raw"]);
  EXPECT_NEAR(once["most-raw"], without["most-raw"], 0.05 * std::abs(without["most-raw"]) + 50);
}

TEST_F(Road, AnEmptyMapHasNoScoreAndWrongFractionsAreErrors) {
  EXPECT_TRUE(found(std::vector<float>(kPixels, 0.0F), "road").all().empty());
  for (const char* wrong : {"0", "100", "x", "10/", ""})
    EXPECT_THROW(parse_measures("road:fractions=" + std::string(wrong)), Error) << wrong;
}

}  // namespace
}  // namespace arcadecam::measure
