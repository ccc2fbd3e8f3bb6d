#include "arcadecam/explain/params.h"

#include <gtest/gtest.h>

#include <array>

#include "arcadecam/core/error.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<Param, 3> kKnown{
    {{"variant", "a", ""}, {"sigma", "0", ""}, {"layers", "", ""}}};
constexpr std::array<std::string_view, 2> kVariants{"a", "b"};

Params params_of(std::string_view text) {
  return {parse_methods(text).front(), kKnown};
}

TEST(Methods, ListsAreParsedAndPrintedBack) {
  const auto specs = parse_methods("fullgrad++:sigma=1:layers=0/2,gradcam,x:key=a=b");
  ASSERT_EQ(specs.size(), 3U);
  EXPECT_EQ(specs[0].id, "fullgrad++");
  EXPECT_EQ(specs[0].values[1].second, "0/2");
  EXPECT_EQ(specs[2].values[0].second, "a=b");
  EXPECT_EQ(specs[0].text(), "fullgrad++:sigma=1:layers=0/2");
}

TEST(Methods, MalformedListsAreUsageErrors) {
  for (const char* text : {"", ",gradcam", "gradcam,", "gradcam:", "gradcam:sigma", "gradcam:=1",
                           "gradcam:sigma=1:sigma=2"}) {
    try {
      (void)parse_methods(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kBadUsage) << text;
    }
  }
}

TEST(ParamsTest, DefaultsAndGivenValues) {
  const Params params = params_of("m:sigma=1.5:layers=0/bn1:variant=b");
  EXPECT_EQ(params.choice("variant", kVariants), 1U);
  EXPECT_EQ(params_of("m").choice("variant", kVariants), 0U);
  EXPECT_DOUBLE_EQ(params.number("sigma"), 1.5);
  EXPECT_EQ(params.list("layers"), (std::vector<std::string>{"0", "bn1"}));
  EXPECT_TRUE(params_of("m").list("layers").empty());
}

TEST(ParamsTest, WrongKeysAndValuesNameTheMethodAndWhatIsTaken) {
  try {
    (void)params_of("m:sigmma=1");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("the nearest is sigma"), std::string::npos)
        << error.what();
  }
  try {
    (void)params_of("m:quux=1");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("variant, sigma, layers"), std::string::npos)
        << error.what();
  }
  EXPECT_THROW((void)params_of("m:variant=c").choice("variant", kVariants), Error);
  for (const char* text : {"m:sigma=", "m:sigma=1x", "m:sigma=nan", "m:sigma=inf"}) {
    EXPECT_THROW((void)params_of(text).number("sigma"), Error) << text;
  }
  EXPECT_THROW((void)params_of("m:sigma=1.5").integer("sigma"), Error);
}

}  // namespace
}  // namespace arcadecam::explain
