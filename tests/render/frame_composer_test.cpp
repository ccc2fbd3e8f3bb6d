#include "render/frame_composer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "render/steps.h"

namespace arcadecam::render {
namespace {

constexpr picture::Rgb kBackground{16, 18, 24};

/// Where the frame is not background although no box is there.
int strays(const picture::Image& frame, const FrameLayout& layout) {
  picture::Image rest = frame;
  std::vector<picture::Box> boxes{layout.header, layout.mark, layout.counts};
  for (const FrameLayout::Panel& panel : layout.panels) {
    boxes.push_back(panel.title);
    boxes.push_back(panel.picture);
  }
  for (const picture::Box& box : boxes) fill(rest, box, kBackground);
  int count = 0;
  for (std::int64_t row = 0; row < rest.size().height; ++row) {
    for (std::int64_t column = 0; column < rest.size().width; ++column)
      count += rest.at(row, column) == kBackground ? 0 : 1;
  }
  return count;
}

void expect_no_strays(test::Steps& steps, const FrameLayout& layout, const Look& look) {
  FrameComposer composer(steps.info, layout, look);
  picture::Image frame;
  for (int i = 0; i < 3; ++i) {
    episode::Step step = steps.next();
    step.decision.greedy = false;
    step.score = 1'234'567;
    composer.compose(step, frame);
  }
  EXPECT_EQ(strays(frame, layout), 0);
}

TEST(FrameComposer, DrawsNothingOutsideItsBoxes) {
  for (const std::int64_t height : {480, 720}) {
    for (const int methods : {0, 1, 4}) {
      for (const int actions : {3, 18}) {
        SCOPED_TRACE(testing::Message() << height << ' ' << methods << ' ' << actions);
        test::Steps steps(methods, actions);
        steps.info.agent = "a/very/long/folder/of/checkpoints/that/goes/on/and/on/for/ever.pt";
        expect_no_strays(steps, make_layout(height, static_cast<std::size_t>(methods)), {});
      }
    }
  }
}

TEST(FrameComposer, DrawsEveryPanelInsideItsBox) {
  Look look;
  look.maps.scale = ColorScale::parse("fixed:-0.12345/123.45");
  look.maps.with_signs = {false, true};
  for (const OverlayKind overlay : {OverlayKind::kAlpha, OverlayKind::kAdditive}) {
    look.overlay = overlay;
    for (const char* spec :
         {"screen,observation,colors/overlay,observation-overlay/map,history,distributions",
          "colors/distributions,actions"}) {
      test::Steps steps(2, 6);
      steps.give_distributions();
      expect_no_strays(steps, make_layout(720, 2, true, parse_layout(spec)), look);
    }
  }
  test::Steps steps(1, 6);
  expect_no_strays(steps, make_clip_layout(1), {});
}

/// The middle of the pixels in a box for which `is` holds, relative to the box, in 0…1.
template <typename Is>
std::pair<double, double> middle(const picture::Image& frame, const picture::Box& box, Is is) {
  double rows = 0, columns = 0, count = 0;
  for (std::int64_t row = box.top; row < box.bottom(); ++row) {
    for (std::int64_t column = box.left; column < box.right(); ++column) {
      if (!is(frame.at(row, column))) continue;
      rows += static_cast<double>(row - box.top) + 0.5;
      columns += static_cast<double>(column - box.left) + 0.5;
      ++count;
    }
  }
  return {rows / count / static_cast<double>(box.height),
          columns / count / static_cast<double>(box.width)};
}

TEST(FrameComposer, PutsAMapOnTheObjectItBelongsTo) {
  for (const std::int64_t lines : {210, 250}) {
    test::Steps steps(1, 6, lines);
    // An object around row 1/4, column 3/4, and a map that is strong there and nowhere else.
    steps.paint_object(0.25, 0.75);
    FrameComposer composer(steps.info, make_layout(720, 1), {});
    picture::Image frame;
    composer.compose(steps.next(), frame);
    const FrameLayout& layout = composer.layout();
    const auto white = [](picture::Rgb pixel) {
      return pixel[0] > 200 && pixel[1] > 200 && pixel[2] > 200;
    };
    const auto red = [](picture::Rgb pixel) { return pixel[0] > pixel[2] + 60; };
    const auto object = middle(frame, layout.panel(PanelKind::kScreen).picture, white);
    const auto mark = middle(frame, layout.panel(PanelKind::kOverlay).picture, red);
    const auto heat = middle(frame, layout.panel(PanelKind::kMap).picture, red);
    for (const auto& [row, column] : {object, mark, heat}) {
      EXPECT_NEAR(row, 0.25, 1.0 / 84) << lines;
      EXPECT_NEAR(column, 0.75, 1.0 / 84) << lines;
    }
  }
}

TEST(FrameComposer, MarksRandomActions) {
  test::Steps steps(1, 6);
  FrameComposer composer(steps.info, make_layout(480, 1), {});
  picture::Image frame;
  const picture::Box& mark = composer.layout().mark;
  composer.compose(steps.next(), frame);
  EXPECT_EQ(frame.at(mark.top + 1, mark.left + 1), kBackground);
  episode::Step step = steps.next();
  step.decision.greedy = false;
  composer.compose(step, frame);
  EXPECT_GT(frame.at(mark.top + 1, mark.left + 1)[0], 200);
  composer.compose(steps.next(), frame);
  EXPECT_EQ(frame.at(mark.top + 1, mark.left + 1), kBackground) << "the mark goes away again";
}

TEST(FrameComposer, MakesTheChosenActionsBarTheLongest) {
  test::Steps steps(1, 6);
  FrameComposer composer(steps.info, make_layout(720, 1), {});
  picture::Image frame;
  episode::Step step = steps.next();
  step.values = {0.0F, 1.0F, 2.0F, 8.0F, 4.0F, 3.0F};
  step.decision = {3, true};
  composer.compose(step, frame);
  const picture::Box& box = composer.layout().panel(PanelKind::kActions).picture;
  const auto longest = [&](picture::Rgb color) {
    std::int64_t best = 0;
    for (std::int64_t row = box.top; row < box.bottom(); ++row) {
      std::int64_t length = 0;
      for (std::int64_t column = box.left; column < box.right(); ++column) {
        length = frame.at(row, column) == color ? length + 1 : 0;
        best = std::max(best, length);
      }
    }
    return static_cast<double>(best);
  };
  const double chosen = longest({255, 176, 32}), other = longest({86, 180, 233});
  EXPECT_GT(chosen, 50);
  EXPECT_NEAR(other / chosen, 0.5, 0.02);
}

TEST(FrameComposer, ShowsADistributionAsHighAsItsProbabilitiesAndItsMeanAsALine) {
  test::Steps steps(1, 2);
  steps.give_distributions();
  FrameComposer composer(steps.info, make_layout(720, 1, true), {});
  picture::Image frame;
  composer.compose(steps.next(), frame);
  const picture::Box& box = composer.layout().panel(PanelKind::kDistributions).picture;
  // The first action's distribution is all on the last atom but one: a full column in its colour.
  const auto column_of = [&](picture::Rgb color) {
    std::int64_t tallest = 1, first = 0, last = 0;
    for (std::int64_t column = box.left; column < box.right(); ++column) {
      std::int64_t count = 0;
      for (std::int64_t row = box.top; row < box.top + box.height / 2; ++row)
        count += frame.at(row, column) == color ? 1 : 0;
      if (count > tallest) first = column;
      if (count >= tallest) last = column;
      tallest = std::max(tallest, count);
    }
    return std::pair(tallest, (first + last) / 2);
  };
  const auto [tall, column] = column_of({255, 176, 32});
  EXPECT_GT(tall, box.height / 4);
  const auto [line, mean] = column_of({236, 238, 242});
  EXPECT_GE(line, tall) << "from the top to the bottom of the row";
  EXPECT_NEAR(static_cast<double>(mean), static_cast<double>(column), 2.0);
}

bool same_in(const picture::Image& a, const picture::Image& b, const picture::Box& box) {
  for (std::int64_t row = box.top; row < box.bottom(); ++row) {
    for (std::int64_t column = box.left; column < box.right(); ++column) {
      if (a.at(row, column) != b.at(row, column)) return false;
    }
  }
  return true;
}

TEST(FrameComposer, NamesTheVariation) {
  test::Steps steps(1, 4);
  steps.info.variation = "drift-up";
  const FrameLayout layout = make_layout(720, 1);
  FrameComposer composer(steps.info, layout, {});
  picture::Image frame, expected(layout.frame);
  composer.compose(steps.next(), frame);
  fill(expected, layout.header, kBackground);
  write_line(expected, layout.header, Font(layout.header_pixels),
             "Pong, variation drift-up · agent agent · method0", Look{}.theme.text);
  EXPECT_TRUE(same_in(frame, expected, layout.header));
}

TEST(FrameComposer, WritesANegativeScoreWithAMinusSign) {
  test::Steps steps(1, 4);
  const FrameLayout layout = make_layout(720, 1);
  FrameComposer composer(steps.info, layout, {});
  episode::Step step = steps.next();
  step.score = -7;
  picture::Image frame, expected(layout.frame);
  composer.compose(step, frame);
  fill(expected, layout.counts, kBackground);
  write_line(expected, layout.counts, Font(layout.header_pixels), "episode 0 · step 0 · score −7",
             Look{}.theme.text, picture::Align::kRight);
  EXPECT_TRUE(same_in(frame, expected, layout.counts));
}

TEST(FrameComposer, OneStepsNearValuesDoNotLengthenTheNumbersOfTheOthers) {
  const FrameLayout layout = make_layout(720, 1);
  const auto last_frame = [&](bool with_near_values) {
    test::Steps steps(1, 4);
    FrameComposer composer(steps.info, layout, {});
    picture::Image frame;
    for (int i = 0; i < 6; ++i) {
      episode::Step step = steps.next();
      if (i == 3) step.values = {0.1F, 0.1F, 0.1F, with_near_values ? 0.10001F : 0.1F};
      composer.compose(step, frame);
    }
    return frame;
  };
  EXPECT_TRUE(
      same_in(last_frame(true), last_frame(false), layout.panel(PanelKind::kActions).picture));
}

TEST(FrameComposer, WorksInTheLightToo) {
  test::Steps steps(1, 6);
  Look look;
  look.theme = theme("light");
  FrameComposer composer(steps.info, make_layout(480, 1), look);
  picture::Image frame;
  composer.compose(steps.next(), frame);
  EXPECT_EQ(frame.at(0, 0), (picture::Rgb{255, 255, 255}));
  EXPECT_THROW(theme("grey"), Error);
}

}  // namespace
}  // namespace arcadecam::render
