#include "core/json_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "arcadecam/core/random.h"

namespace arcadecam {
namespace {

TEST(JsonWriter, WritesEachKindOfValue) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member("whole", std::int64_t{-7});
  json.member("true", true);
  json.member("words", "a \"b\"\n");
  json.name("none");
  json.null();
  json.member("not_finite", std::numeric_limits<double>::quiet_NaN());
  json.member("bytes", std::string_view("\xff"));
  json.member("list", std::vector<float>{0.5F, -2});
  json.member("lists", std::vector<std::vector<int>>{{}, {1, 2}});
  json.name("objects");
  json.begin_array();
  for (const char* const name : {"a", "b"}) {
    json.begin_object();
    json.member("name", name);
    json.end_object();
  }
  json.end_array();
  json.name("empty");
  json.begin_object();
  json.end_object();
  json.member("last", 1);
  json.end_object();
  EXPECT_EQ(text, R"({"whole":-7,"true":true,"words":"a \"b\"\n","none":null,"not_finite":null,)"
                  "\"bytes\":\"\xef\xbf\xbd\","
                  R"("list":[0.5,-2],"lists":[[],[1,2]],"objects":[{"name":"a"},{"name":"b"}],)"
                  R"("empty":{},"last":1})");
}

TEST(JsonWriter, NumbersAreReadAsTheyWere) {
  Random random(5);
  std::vector<double> numbers{0, -0.0, 1e300, -1e-300, 1e20, 123456789012345680.0, 0.1};
  for (int i = 0; i < 1000; ++i) {
    const auto sign = random.below(2) == 0 ? 1.0 : -1.0;
    numbers.push_back(sign * static_cast<double>(random.below(1U << 30)) /
                      static_cast<double>(1 + random.below(1U << 30)));
  }
  std::string text;
  JsonWriter json(text);
  json.value(numbers);
  EXPECT_EQ(nlohmann::json::parse(text).get<std::vector<double>>(), numbers);
}

}  // namespace
}  // namespace arcadecam
