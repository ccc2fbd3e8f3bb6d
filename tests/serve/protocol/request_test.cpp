#include "serve/protocol/request.h"

#include <gtest/gtest.h>

#include "support/error_of.h"

namespace arcadecam::serve {
namespace {

Request parse(std::string_view text) {
  std::optional<std::uint64_t> id;
  return parse_request(text, id);
}

TEST(Request, ReadsWhatItIsAndWhatItNeeds) {
  const Request seek = parse(R"({"do":"seek","id":7,"step":120})");
  EXPECT_EQ(seek.does, Does::kSeek);
  EXPECT_EQ(seek.id, 7U);
  EXPECT_EQ(seek.step, 120);
  EXPECT_TRUE(seek.needs_control);

  const Request tiles = parse(
      R"({"do":"tiles","id":9007199254740992,"tiles":[{"method":"gradcam:layer=conv2"},{"method":"random","target":"margin:LEFT/RIGHT"}]})");
  EXPECT_EQ(tiles.id, std::uint64_t{1} << 53);
  ASSERT_EQ(tiles.tiles.size(), 2U);
  EXPECT_EQ(tiles.tiles[0], (Tile{"gradcam:layer=conv2", "chosen"}));
  EXPECT_EQ(tiles.tiles[1], (Tile{"random", "margin:LEFT/RIGHT"}));

  const Request act = parse(R"({"do":"act","id":0,"action":3})");
  EXPECT_EQ(act.text, "3");
  EXPECT_FALSE(parse(R"({"do":"control","id":1,"take":false})").on);
  EXPECT_FALSE(parse(R"({"do":"curve","id":1,"from":5})").needs_control);
  EXPECT_EQ(parse(R"({"do":"reset","id":1})").seed, std::nullopt);
  EXPECT_EQ(parse(R"({"do":"reset","id":1,"seed":12})").seed, 12U);
  EXPECT_EQ(parse(R"({"do":"reset","id":1,"seed":12})").step, 0);
  EXPECT_EQ(parse(R"({"do":"reset","id":1,"seed":12,"episode":3})").step, 3);
  const Request game = parse(R"({"do":"game","id":1,"game":2})");
  EXPECT_EQ(game.does, Does::kGame);
  EXPECT_EQ(game.step, 2);
  EXPECT_TRUE(game.needs_control);
  EXPECT_DOUBLE_EQ(parse(R"({"do":"speed","id":1,"times":0})").times, 0);
  EXPECT_EQ(parse(R"({"do":"clip","id":1,"from":3,"to":3,"format":"gif"})").text, "gif");
}

TEST(Request, RefusesGamesThatCannotBe) {
  for (const char* text :
       {R"({"do":"game","id":1})", R"({"do":"game","id":1,"game":0})",
        R"({"do":"game","id":1,"game":1e10})", R"({"do":"reset","id":1,"episode":3})",
        R"({"do":"reset","id":1,"seed":1,"episode":-1})"})
    EXPECT_NE(test::error_of([&] { (void)parse(text); }), "") << text;
}

TEST(Request, ReadsEveryEdit) {
  const Request request = parse(
      R"({"do":"what_if","id":1,"step":4,"edits":[{"object":"ball","place":[70,-3]},{"object":"score","remove":true},{"object":"player","recolour":40},{"object":"enemy","rewrite":true},{"byte":127,"value":255}]})");
  ASSERT_EQ(request.edits.objects.size(), 4U);
  EXPECT_EQ(request.edits.objects[0].change, game::Change::kPlace);
  EXPECT_EQ(request.edits.objects[0].x, 70);
  EXPECT_EQ(request.edits.objects[0].y, -3);
  EXPECT_EQ(request.edits.objects[1].change, game::Change::kRemove);
  EXPECT_EQ(request.edits.objects[2].colour, 40);
  EXPECT_EQ(request.edits.objects[3].change, game::Change::kRewrite);
  ASSERT_EQ(request.edits.bytes.size(), 1U);
  EXPECT_EQ(request.edits.bytes[0].index, 127);
  EXPECT_EQ(request.edits.bytes[0].value, 255);
  EXPECT_TRUE(request.tiles.empty());
}

TEST(Request, EditsAreWrittenAsTheyAreRead) {
  const std::string edits =
      R"([{"object":"ball","place":[70,-3]},{"object":"score","remove":true},{"object":"player","recolour":40},{"object":"enemy","rewrite":true},{"byte":127,"value":255}])";
  EXPECT_EQ(json_of(parse(R"({"do":"branch","id":1,"edits":)" + edits + "}").edits).dump(), edits);
  EXPECT_EQ(json_of(Edits{}).dump(), "[]");
}

TEST(Request, RefusesWhatIsNotDescribedAndSaysWhere) {
  const auto error = [](std::string_view text) {
    return test::error_of([&] { (void)parse(text); });
  };
  const auto says = [&](std::string_view text, std::string_view words) {
    EXPECT_NE(error(text).find(words), std::string::npos) << text << " → " << error(text);
  };
  says("", "line 1");
  says("[]", "object");
  says(R"({"do":"play"})", "id");
  says(R"({"id":1})", "do");
  says(R"({"do":"fly","id":1})", "the name of a request");
  says(R"({"do":"play","id":-1})", "a whole number from 0 to 2^53");
  says(R"({"do":"play","id":1.5})", "a whole number from 0 to 2^53");
  says(R"({"do":"play","id":1,"id":2})", "id");
  says(R"({"do":"play","id":1,"extra":true})", "extra");
  says(R"({"do":"seek","id":1})", "step");
  says(R"({"do":"seek","id":1,"step":-1})", "step");
  says(R"({"do":"speed","id":1,"times":0.01})", "0.1 to 20");
  says(R"({"do":"speed","id":1,"times":21})", "times");
  says(R"({"do":"tiles","id":1,"tiles":[]})", "1 to 6");
  says(R"({"do":"hello","id":1,"version":2})", "version");
  says(R"({"do":"clip","id":1,"from":4,"to":3})", "'from' before 'to'");
  says(R"({"do":"clip","id":1,"from":4,"to":5,"format":"exe"})", "mp4 or gif");
  says(R"({"do":"branch","id":1,"edits":[{"object":"ball"}]})", "one of place, remove");
  says(R"({"do":"branch","id":1,"edits":[{"object":"ball","remove":true,"recolour":1}]})",
       "one of place, remove");
  says(R"({"do":"branch","id":1,"edits":[{"byte":128,"value":0}]})", "byte");
  says(R"({"do":"branch","id":1,"edits":[{"object":"ball","place":[1]}]})", "a column and a line");
  says(R"({"do":"bookmark","id":1,"step":1,"text":")" + std::string(201, 'x') + "\"}",
       "at most 200 bytes");
}

TEST(Request, KeepsTheIdOfAFaultyOne) {
  std::optional<std::uint64_t> id;
  EXPECT_NE(test::error_of([&] { (void)parse_request(R"({"do":"fly","id":12})", id); }), "");
  EXPECT_EQ(id, 12U);
  id.reset();
  EXPECT_NE(test::error_of([&] { (void)parse_request(R"({"do":"fly","id":"x"})", id); }), "");
  EXPECT_EQ(id, std::nullopt);
}

}  // namespace
}  // namespace arcadecam::serve
