#include "arcadecam/core/shape.h"

#include <gtest/gtest.h>

#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam {
namespace {

TEST(ShapeTest, CountsIndexesAndPrints) {
  const Shape shape{4, 84, 84};
  EXPECT_EQ(shape.count(), 28224);
  EXPECT_EQ(shape[-1], 84);
  EXPECT_EQ(shape.inner(), (Shape{84, 84}));
  EXPECT_EQ(shape.batch_of(2), (Shape{2, 4, 84, 84}));
  EXPECT_EQ(to_string(shape), "4×84×84");
  EXPECT_EQ(Shape{}.count(), 1);
  EXPECT_EQ((Shape{5, 0}).count(), 0);
  EXPECT_THROW((void)shape[3], Error);
}

TEST(ShapeTest, RefusesWhatCannotBe) {
  EXPECT_THROW((Shape{1, -1}), Error);
  EXPECT_THROW((Shape{std::int64_t{1} << 62, 4}), Error) << "overflow";
  EXPECT_THROW((Shape{1, 1, 1, 1, 1, 1, 1}), Error) << "too many dimensions";
  // A zero among huge extents is an empty tensor, not an overflow.
  EXPECT_EQ((Shape{std::int64_t{1} << 62, 4, 0}).count(), 0);
}

}  // namespace
}  // namespace arcadecam
