#include "arcadecam/explain/map_algebra.h"

#include <gtest/gtest.h>

#include <cmath>

#include "arcadecam/core/error.h"

namespace arcadecam::explain {
namespace {

TEST(MinMax, IsTheReferencesFormula) {
  std::vector<float> map{1, 3, 2};
  minmax(map);
  EXPECT_FLOAT_EQ(map[0], 0);
  EXPECT_FLOAT_EQ(map[1], 2 / (2 + 1e-7F));
  EXPECT_FLOAT_EQ(map[2], 1 / (2 + 1e-7F));
  // The epsilon counts where the map is small.
  std::vector<float> small{0, 1e-7F};
  minmax(small);
  EXPECT_FLOAT_EQ(small[1], 0.5F);
}

TEST(MinMax, ConstantMapsBecomeZero) {
  for (const float value : {0.0F, 3.0F, -2.0F}) {
    std::vector<float> map(5, value);
    minmax(map);
    EXPECT_EQ(map, std::vector<float>(5, 0.0F));
  }
  minmax({});
}

std::vector<float> resized(const std::vector<float>& from, Shape shape, Shape to,
                           Alignment alignment) {
  std::vector<float> result(static_cast<std::size_t>(to.count()), 0.0F);
  BilinearResize(shape, to, alignment).add(from.data(), 1, result.data());
  return result;
}

TEST(BilinearResize, HalfPixelSamplesPixelCentres) {
  // src = (dst + ½)/2 − ½ = −¼, ¼, ¾, 1¼ → edges clamped.
  EXPECT_EQ(resized({0, 4}, {1, 2}, {1, 4}, Alignment::kHalfPixel),
            (std::vector<float>{0, 1, 3, 4}));
}

TEST(BilinearResize, CornersLieOnCorners) {
  EXPECT_EQ(resized({0, 3}, {1, 2}, {1, 4}, Alignment::kCorners), (std::vector<float>{0, 1, 2, 3}));
  EXPECT_EQ(resized({5}, {1, 1}, {2, 2}, Alignment::kCorners), (std::vector<float>{5, 5, 5, 5}));
}

TEST(BilinearResize, ReproducesAPlaneAndAddsUp) {
  // A function linear in the position is its own interpolation, away from clamped edges.
  std::vector<float> plane(49);
  for (int y = 0; y < 7; ++y) {
    for (int x = 0; x < 7; ++x)
      plane[static_cast<std::size_t>(y * 7 + x)] = static_cast<float>(2 * y - x);
  }
  BilinearResize resize({7, 7}, {84, 84}, Alignment::kCorners);
  std::vector<float> result(84 * 84, 1.0F);
  resize.add(plane.data(), 0.5F, result.data());
  for (int y = 0; y < 84; ++y) {
    for (int x = 0; x < 84; ++x) {
      EXPECT_NEAR(result[static_cast<std::size_t>(y * 84 + x)], 1 + 0.5 * (2 * y - x) * 6 / 83.0,
                  1e-5);
    }
  }
}

TEST(GaussianSmooth, EqualsScipysValues) {
  // scipy.ndimage.gaussian_filter([[0,0,0,0,9,0]], 1.0)
  Tensor row(Shape{1, 6}, std::vector<float>{0, 0, 0, 0, 9, 0});
  gaussian_smooth(row.view(), 1.0);
  const std::vector<double> expected{0.00120447562, 0.0398867546, 0.485920147,
                                     2.17894749,    3.63037798,   2.66366316};
  double sum = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(row.data()[i], expected[i], 1e-6) << i;
    sum += row.data()[i];
  }
  EXPECT_NEAR(sum, 9, 1e-5) << "reflection keeps the mass";
}

TEST(GaussianSmooth, KeepsConstantsAndMassAndRefusesNonsense) {
  Tensor map(Shape{9, 5});
  map.data()[22] = 1;
  gaussian_smooth(map.view(), 0);
  EXPECT_EQ(map.data()[22], 1);
  gaussian_smooth(map.view(), 7);  // a kernel far wider than the map
  double sum = 0;
  for (const float value : map.values()) sum += value;
  EXPECT_NEAR(sum, 1, 1e-5);
  EXPECT_THROW(gaussian_smooth(map.view(), -1), Error);
  EXPECT_THROW(gaussian_smooth(map.view(), NAN), Error);
}

}  // namespace
}  // namespace arcadecam::explain
