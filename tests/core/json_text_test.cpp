#include "core/json_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace arcadecam {
namespace {

JsonText example() {
  JsonText text{{"name", "pong"},
                {"modes", std::vector<int>{0, 1}},
                {"nothing", nullptr},
                {"empty", JsonText::array()},
                {"none", JsonText::object()},
                {"true", true},
                {"big", std::uint64_t{18446744073709551615U}},
                {"small", std::int64_t{-5}},
                {"real", 0.1},
                {"mixed", JsonText::array({"a", 1, JsonText{{"deep", false}}})}};
  text["later"].push_back("x");
  text["later"].push_back(std::string("y"));
  text["deep"]["er"] = 2;
  return text;
}

// JSON's library writes the same bytes.
TEST(JsonText, IsWrittenAsTheLibraryWritesIt) {
  nlohmann::ordered_json same{{"name", "pong"},
                              {"modes", {0, 1}},
                              {"nothing", nullptr},
                              {"empty", nlohmann::ordered_json::array()},
                              {"none", nlohmann::ordered_json::object()},
                              {"true", true},
                              {"big", std::uint64_t{18446744073709551615U}},
                              {"small", std::int64_t{-5}},
                              {"real", 0.1}};
  same["mixed"] = nlohmann::ordered_json::array({"a", 1});
  same["mixed"].push_back(nlohmann::ordered_json{{"deep", false}});
  same["later"] = {"x", "y"};
  same["deep"]["er"] = 2;
  for (const int indent : {-1, 0, 2, 4}) EXPECT_EQ(example().dump(indent), same.dump(indent));
}

TEST(JsonText, EscapesTextsAndHasNoSignForWhatIsNotFinite) {
  EXPECT_EQ(JsonText("a\"b\\c\n\x01").dump(), R"("a\"b\\c\n\u0001")");
  EXPECT_EQ(JsonText("a \"b\" \\ \n\x7f \x01").dump(), "\"a \\\"b\\\" \\\\ \\n\x7f \\u0001\"");
  EXPECT_EQ(JsonText("\xff").dump(), "\"\xef\xbf\xbd\"") << "no UTF-8";
  EXPECT_EQ(JsonText{std::nan("")}.dump(), "null");
  EXPECT_EQ(JsonText{std::numeric_limits<double>::infinity()}.dump(), "null");
  const JsonText named{{"a\"", 1}};
  EXPECT_EQ(named.dump(), R"({"a\"":1})");
}

TEST(JsonText, NullIsWhatNothingWasAddedTo) {
  JsonText text;
  EXPECT_TRUE(text.is_null());
  text.push_back(1);
  EXPECT_FALSE(text.is_null());
  EXPECT_EQ(text.dump(), "[1]");
  EXPECT_FALSE(JsonText("null").is_null());
  EXPECT_TRUE(example() == example());
  EXPECT_FALSE(example() == JsonText::object());
}

}  // namespace
}  // namespace arcadecam
