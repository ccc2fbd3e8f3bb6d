// Grids of pictures: methods by states, and how many are arranged.
#include "render/grid.h"

#include <gtest/gtest.h>

#include <set>

#include "arcadecam/core/error.h"
#include "render/compare_grid.h"
#include "render/compare_video.h"
#include "render/decoded.h"
#include "render/steps.h"
#include "render/value_bars.h"
#include "support/golden.h"

namespace arcadecam::render {
namespace {

std::vector<Figure::Text> texts_of(const Figure& figure) {
  std::vector<Figure::Text> texts;
  for (const Figure::Item& item : figure.items()) {
    if (const auto* text = std::get_if<Figure::Text>(&item)) texts.push_back(*text);
  }
  return texts;
}

int grid_count(const Figure& figure, const std::string& text) {
  int found = 0;
  for (const Figure::Text& each : texts_of(figure)) found += each.text == text ? 1 : 0;
  return found;
}

Grid grid_of(std::size_t rows, std::size_t columns) {
  Grid grid;
  grid.title = "title";
  grid.bars = {{picture::color_map("turbo"), "what the colours mean"}};
  grid.columns.assign(columns, {"step", "action"});
  const GridCell cell = picture_cell(picture::Image(picture::Size{210, 160}));
  grid.first = {"game", std::vector<GridCell>(columns, cell)};
  for (std::size_t r = 0; r < rows; ++r)
    grid.rows.push_back({"row " + std::to_string(r), std::vector<GridCell>(columns, cell)});
  return grid;
}

TEST(Grid, EveryRowAndPictureIsThereOnceInsideAndOverlapsNoOther) {
  for (const std::size_t rows : {1U, 6U, 23U, 36U, 60U}) {
    for (const std::size_t columns : {1U, 4U, 8U}) {
      const Figure figure = draw_grid(grid_of(rows, columns));
      for (std::size_t r = 0; r < rows; ++r)
        EXPECT_EQ(grid_count(figure, "row " + std::to_string(r)), 1) << rows << " rows, row " << r;
      std::vector<picture::Box> boxes;
      for (const Figure::Item& item : figure.items()) {
        const auto* picture = std::get_if<Figure::Picture>(&item);
        if (picture == nullptr) continue;
        EXPECT_TRUE(
            (picture::Box{0, 0, figure.size().height, figure.size().width}).contains(picture->box));
        for (const picture::Box& other : boxes) EXPECT_FALSE(other.overlaps(picture->box));
        boxes.push_back(picture->box);
      }
      // Every block begins with the game's row; the colour bar is a picture too.
      const auto blocks = static_cast<std::size_t>(grid_count(figure, "game"));
      EXPECT_EQ(boxes.size(), (rows + blocks) * columns + 1);
      if (columns == 1) {
        EXPECT_EQ(blocks, 1U) << "nothing twice";
        EXPECT_EQ(grid_count(figure, "title · step · action"), 1);
      } else {
        EXPECT_EQ(static_cast<std::size_t>(grid_count(figure, "step")), blocks * columns);
      }
    }
  }
}

TEST(Grid, ManyRowsAreWrappedToAPagesProportions) {
  for (const std::size_t columns : {2U, 4U, 6U}) {
    const picture::Size size = draw_grid(grid_of(36, columns)).size();
    const double proportion = static_cast<double>(size.width) / static_cast<double>(size.height);
    EXPECT_GT(proportion, 0.6) << columns;
    EXPECT_LT(proportion, 2.2) << columns;
  }
}

/// Top and left of every text that begins so, in the order of drawing.
std::vector<std::pair<std::int64_t, std::int64_t>> places_of(const Figure& figure,
                                                             const std::string& start) {
  std::vector<std::pair<std::int64_t, std::int64_t>> places;
  for (const Figure::Text& text : texts_of(figure)) {
    if (text.text.starts_with(start)) places.emplace_back(text.top, text.at);
  }
  return places;
}

TEST(Grid, RowsOfOneStateFollowEachOtherAsOneReads) {
  const auto places = places_of(draw_grid(grid_of(11, 1)), "row ");
  ASSERT_EQ(places.size(), 11U);
  // From left to right, then down: row 0 stands beside the game.
  for (std::size_t i = 1; i < places.size(); ++i) EXPECT_LT(places[i - 1], places[i]) << i;
  EXPECT_EQ(places_of(draw_grid(grid_of(11, 1)), "game").front().first, places[0].first);
}

TEST(Grid, LongLabelsLeaveTheRowsBesideThemAtTheirHeight) {
  Grid grid = grid_of(24, 2);
  grid.rows[1].label =
      "a method with so many parameters that its label takes several lines of its column of cells "
      "and pushes its pictures down";
  const Figure figure = draw_grid(grid);
  ASSERT_GT(grid_count(figure, "game"), 1) << "blocks side by side";
  std::set<std::int64_t> tops;
  for (const Figure::Item& item : figure.items()) {
    const auto* picture = std::get_if<Figure::Picture>(&item);
    if (picture != nullptr && picture->image.size().height == 210) tops.insert(picture->box.top);
  }
  const auto blocks = static_cast<std::size_t>(grid_count(figure, "game"));
  EXPECT_EQ(tops.size(), (24 + blocks - 1) / blocks + 1) << "the lines of pictures";
}

TEST(Grid, LongRemarksAreWrappedNotCut) {
  Grid grid = grid_of(1, 1);
  const std::string much =
      "a scale that has so much to say that it does not find room in one line of one cell";
  grid.bars = {{picture::color_map("turbo"), much}, {picture::color_map("cool-warm"), much}};
  grid.remarks = {much};
  grid.title = grid.rows[0].label = grid.columns[0][1] = much;
  const Figure figure = draw_grid(grid);
  for (const Figure::Text& text : texts_of(figure)) {
    EXPECT_FALSE(text.text.ends_with("…")) << text.text;
    EXPECT_LE(text.top + text.pixels, figure.size().height) << text.text;
  }
}

TEST(Grid, RefusesRowsThatDoNotFitTheColumns) {
  Grid grid = grid_of(2, 3);
  grid.rows[1].cells.pop_back();
  EXPECT_THROW(draw_grid(grid), Error);
  EXPECT_THROW(draw_grid(Grid{}), Error);
}

TEST(CompareGrid, NamesMethodsStepsAndActionsAndMarksMapsThatSayNothing) {
  test::Steps steps(2, 6);
  steps.paint_object(0.5, 0.5);
  steps.info.actions[3] = 11;  // RIGHTFIRE
  std::deque<episode::Moment> moments;
  moments.emplace_back(steps.next());
  auto second = steps.next();
  explain::Attribution zero;
  zero.map = Tensor(Shape{84, 84});
  second.attributions[1] = &zero;
  second.decision = {3, false};
  moments.emplace_back(second);

  const Figure figure = draw_grid(compare_grid(steps.info, moments, {}));
  EXPECT_EQ(grid_count(figure, "Pong · agent agent · 2 methods, 2 states"), 1);
  EXPECT_EQ(grid_count(figure, "step 0"), 1);
  EXPECT_EQ(grid_count(figure, "step 1"), 1);
  EXPECT_EQ(grid_count(figure, "RIGHTFIRE (not greedy)"), 1);
  EXPECT_EQ(grid_count(figure, "method0"), 1);
  EXPECT_EQ(grid_count(figure, "method1 (zero in 1 of 2)"), 1);
  EXPECT_EQ(grid_count(figure, "says nothing: zero"), 1);
}

TEST(CompareGrid, ShowsMapsByTheLooksScaleSignsAndTheme) {
  test::Steps steps(2, 6);
  steps.maps()[0].map.data()[0] = 1;
  steps.maps()[0].highest = 2;
  steps.maps()[1].signed_map.data()[0] = -1;
  std::deque<episode::Moment> moments;
  moments.emplace_back(steps.next());
  Look look{.maps = {.scale = ColorScale::parse("fixed:0/4"), .with_signs = {false, true}},
            .theme = theme("dark")};
  look.max_opacity = 1;
  const Grid grid = compare_grid(steps.info, moments, look);
  ASSERT_EQ(grid.bars.size(), 2U);
  EXPECT_EQ(grid.bars[0].colors.name, "turbo");
  EXPECT_EQ(grid.bars[0].meaning, "scale fixed:0/4: 0 to 4 in every map");
  EXPECT_EQ(grid.bars[1].colors.name, "cool-warm");
  EXPECT_EQ(grid.bars[1].meaning, "scale fixed:0/4: −4 (against) to 4 (for) in every map");

  EXPECT_EQ(grid.rows[0].label, "method0");
  EXPECT_EQ(grid.rows[1].label, "method1") << "its signed map is not zero";
  const Figure figure = draw_grid(grid);
  EXPECT_EQ(std::get<Figure::Fill>(figure.items()[0]).color, theme("dark").background);
  std::vector<picture::Rgb> corners;
  for (const Figure::Item& item : figure.items()) {
    const auto* picture = std::get_if<Figure::Picture>(&item);
    if (picture != nullptr && picture->image.size().height == 210)
      corners.push_back(picture->image.at(0, 0));
  }
  // Half of 4 is half as opaque; a quarter against is as opaque as it is far from the middle.
  const auto on_black = [](const picture::Rgb& color, double opacity) {
    picture::Rgb result{};
    for (std::size_t c = 0; c < 3; ++c)
      result[c] = static_cast<std::uint8_t>(color[c] * opacity + 0.5);
    return result;
  };
  EXPECT_EQ(corners.at(0), (picture::Rgb{0, 0, 0})) << "the game";
  EXPECT_EQ(corners.at(1), on_black(look.colors(0.5F), 0.5));
  EXPECT_EQ(corners.back(), on_black(look.signed_colors(0.375F), 0.25));
}

TEST(CompareGrid, ObjectsThatTouchShareOneLine) {
  test::Steps steps(1, 6);
  std::deque<episode::Moment> moments;
  auto step = steps.next();
  // Two rows of bricks on each other, a ball apart from them, and one half outside of the screen.
  step.screen_objects = {{"row 1", "bricks", {20, 50, 80, 6}},
                         {"row 2", "bricks", {20, 56, 80, 6}},
                         {"ball", "ball", {90, 150, 2, 4}},
                         {"shot", "shot", {-3, 206, 6, 9}}};
  // The observation's boxes, around two frames, are not what the screen shows.
  step.objects = {{"ball", "ball", {{45, 50, 8, 20}}}};
  moments.emplace_back(step);
  Look look;
  look.outline_objects = true;
  const Figure figure = draw_grid(compare_grid(steps.info, moments, look));
  const picture::Image* shown = nullptr;
  for (const Figure::Item& item : figure.items()) {
    const auto* picture = std::get_if<Figure::Picture>(&item);
    if (picture != nullptr && picture->image.size().height == 210) shown = &picture->image;
  }
  ASSERT_NE(shown, nullptr);
  const PixelBox bricks{20, 50, 80, 12}, ball{90, 150, 2, 4}, shot{-3, 206, 6, 9};
  const auto inside = [](const PixelBox& box, int x, int y) {
    return !intersection(box, {x, y, 1, 1}).empty();
  };
  const auto on_line = [&](const PixelBox& box, int x, int y) {
    const PixelBox grown{box.left - 1, box.top - 1, box.width + 2, box.height + 2};
    return inside(grown, x, y) && !inside(box, x, y);
  };
  for (int y = 0; y < 210; ++y) {
    for (int x = 0; x < 160; ++x) {
      const bool white = shown->at(y, x) == picture::Rgb{255, 255, 255};
      EXPECT_EQ(white, on_line(bricks, x, y) || on_line(ball, x, y) || on_line(shot, x, y))
          << x << ", " << y;
    }
  }
}

TEST(ColorBars, AreShownAsBlended) {
  Look look;
  const picture::Image legend = color_bars(look, 1).at(0).legend;
  ASSERT_EQ(legend.size(), (picture::Size{2, 256}));
  EXPECT_EQ(legend.at(0, 0), (picture::Rgb{0, 0, 0})) << "nothing of the least on black";
  const picture::Rgb most = look.colors(1.0F), on_black = legend.at(0, 255);
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(on_black[c], look.max_opacity * most[c], 1);
  EXPECT_EQ(legend.at(1, 0), (picture::Rgb{140, 140, 140})) << "white, dimmed";
  look.ground = Ground::kColor;
  EXPECT_EQ(color_bars(look, 1).at(0).legend.at(1, 0), (picture::Rgb{255, 255, 255}));
}

TEST(ColorBars, SayWhatMayBeCompared) {
  Look look{.maps = {.scale = ColorScale::parse("frame")}};
  EXPECT_EQ(color_bars(look, 1).at(0).meaning,
            "scale frame: least to most, each map by itself: compare places within a map, not "
            "strengths between maps");
  look.maps.scale = ColorScale::parse("episode");
  EXPECT_EQ(color_bars(look, 1).at(0).meaning,
            "scale episode: least to most, of the episode's maps by the method: strengths compare "
            "between states, not between methods");
  look.maps.scale = ColorScale::parse("percentile:95");
  look.maps.with_signs = {true};
  EXPECT_EQ(color_bars(look, 1).at(0).meaning,
            "scale percentile:95: against to for, zero in the middle, ends at the sizes' "
            "percentile 95, each map by itself: compare places within a map, not strengths "
            "between maps");
  EXPECT_TRUE(color_bars(look, 0).empty());
}

TEST(ValueBars, AreAsLongAsTheValuesSay) {
  test::Steps steps(0, 4);
  std::deque<episode::Moment> moments;
  auto step = steps.next();
  step.values = {0.0F, 1.0F, 0.5F, -1.0F};
  step.decision = {1, true};
  moments.emplace_back(step);
  const GridRow row = value_bars(steps.info, moments, theme("light"));
  EXPECT_EQ(row.label, "action values, −1.00 … 1.00");
  EXPECT_EQ(row.lines, 4 * 34);

  Figure figure({240, 320}, {255, 255, 255});
  row.cells.at(0).paint(figure, {0, 0, 240, 320});
  std::vector<Figure::Fill> bars;  // each action's track, then its bar
  for (const Figure::Item& item : figure.items()) {
    if (const auto* fill = std::get_if<Figure::Fill>(&item)) bars.push_back(*fill);
  }
  ASSERT_EQ(bars.size(), 9U);
  const std::int64_t track = bars[1].box.width;
  EXPECT_EQ(bars[4].box.width, track) << "the largest";
  EXPECT_NEAR(static_cast<double>(bars[2].box.width), static_cast<double>(track) / 2, 1);
  EXPECT_EQ(bars[8].box.width, 1) << "the least is still to be seen";
  EXPECT_NE(bars[4].color, bars[6].color) << "chosen and runner-up";
  EXPECT_EQ(bars[2].color, bars[8].color) << "the others";
}

TEST(ValueBars, DigitsTellValuesApart) {
  test::Steps steps(0, 4);
  std::deque<episode::Moment> moments;
  auto step = steps.next();
  step.values = {1.8563F, 1.8597F, 1.75F, 1.70F};
  moments.emplace_back(step);
  const GridRow row = value_bars(steps.info, moments, theme("light"));
  EXPECT_EQ(row.label, "action values, 1.700 … 1.860");
  Figure figure({240, 320}, {255, 255, 255});
  row.cells.at(0).paint(figure, {0, 0, 240, 320});
  EXPECT_EQ(grid_count(figure, "1.856"), 1);
  EXPECT_EQ(grid_count(figure, "1.860"), 1);
}

TEST(CompareVideo, CellsAreAsLargeAsTheyFit) {
  for (const std::size_t cells : {1U, 2U, 7U, 24U, 36U, 60U}) {
    const picture::Size room{960, 1888};
    const auto [columns, tall, wide, bars] = CompareVideo::arrange(cells, room, 24, 10);
    EXPECT_FALSE(bars);
    const auto rows = (static_cast<std::int64_t>(cells) + columns - 1) / columns;
    EXPECT_LE(columns * wide + (columns - 1) * 10, room.width) << cells;
    EXPECT_LE(rows * (tall + 24 + 10) - 10, room.height) << cells;
    EXPECT_GE(tall, cells <= 36 ? 120 : 90) << cells;
  }
}

TEST(CompareVideo, KeepsACellForTheActionValuesWhereItCostsLittle) {
  const picture::Size room{960, 1888};
  for (const std::size_t cells : {2U, 3U, 4U, 5U, 6U, 7U, 24U}) {
    const auto with = CompareVideo::arrange_with_bars(cells, room, 24, 10);
    const auto alone = CompareVideo::arrange(cells, room, 24, 10);
    EXPECT_GE(10 * with.tall, 9 * alone.tall) << cells;
    // Two pictures and six would be much smaller.
    EXPECT_EQ(with.bars, cells != 2 && cells != 6) << cells;
    if (with.bars) {
      EXPECT_EQ(with.columns, CompareVideo::arrange(cells + 1, room, 24, 10).columns);
    }
  }
}

// Four, five and seven cells leave room, six do not.
TEST(CompareVideo, ASpareCellShowsTheActionValues) {
  const test::TemporaryFolder folder;
  const auto bright = [&](int methods, int column_from = 16) {
    test::Steps steps(methods, 6);
    CompareVideo video(folder.path() / "compare.mp4", {.height = 480});
    video.begin(steps.info);
    for (int i = 0; i < 3; ++i) video.write(steps.next());
    video.end({});
    const test::Luma frame = test::decode(folder.path() / "compare.mp4").first;
    int found = 0;  // below, above the foot, in a few twentieths of the width
    for (std::int64_t row = frame.height * 11 / 20; row < frame.height * 9 / 10; ++row) {
      for (std::int64_t column = frame.width * column_from / 20;
           column < frame.width * (column_from + 3) / 20; ++column)
        found += frame.at(row, column) > 100 ? 1 : 0;
    }
    return found;
  };
  const int none = bright(5);  // two rows of three
  EXPECT_GT(bright(3, 8), bright(5, 8) + 200) << "in the middle";
  EXPECT_GT(bright(4), none + 200);
  EXPECT_GT(bright(6), none + 200);
}

}  // namespace
}  // namespace arcadecam::render
