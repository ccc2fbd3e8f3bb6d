#include "core/batches.h"

#include <gtest/gtest.h>

namespace arcadecam {
namespace {

TEST(Batches, AreFullOrPowersOfTwo) {
  EXPECT_EQ(next_batch(100, 32), 32);
  EXPECT_EQ(next_batch(32, 32), 32);
  EXPECT_EQ(next_batch(31, 32), 16);
  EXPECT_EQ(next_batch(3, 32), 2);
  EXPECT_EQ(next_batch(1, 32), 1);
  // A full batch need not be a power of two.
  EXPECT_EQ(next_batch(9, 8), 8);
  EXPECT_EQ(next_batch(70, 48), 48);
}

}  // namespace
}  // namespace arcadecam
