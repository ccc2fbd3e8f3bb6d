#include "core/parse_number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace arcadecam {
namespace {

TEST(ParseNumber, TheWholeTextIsTheNumber) {
  EXPECT_EQ(parse_number<int>("-12"), -12);
  EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551615"),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_number<double>("1e-3"), 0.001);
  EXPECT_EQ(parse_number<float>("255"), 255.0F);
  EXPECT_TRUE(std::isinf(parse_number<double>("inf").value_or(0)));
}

TEST(ParseNumber, AnythingElseIsNone) {
  for (const char* text : {"", " 1", "1 ", "+1", "1x", "0x10", "one", "1,5", "--1"}) {
    EXPECT_EQ(parse_number<int>(text), std::nullopt) << text;
    EXPECT_EQ(parse_number<double>(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_number<int>("1.5"), std::nullopt);
  EXPECT_EQ(parse_number<int>("2147483648"), std::nullopt) << "too large";
  EXPECT_EQ(parse_number<std::uint64_t>("-1"), std::nullopt);
  EXPECT_EQ(parse_number<double>("1e999"), std::nullopt);
  EXPECT_EQ(parse_number<int>(std::string_view("12\0", 3)), std::nullopt);
}

}  // namespace
}  // namespace arcadecam
