#include "render/frame_composer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "render/steps.h"

namespace arcadecam::render {
namespace {

constexpr Rgb kBackground{16, 18, 24};

std::vector<Box> boxes_of(const Layout& layout) {
  std::vector<Box> boxes{layout.header, layout.mark, layout.counts};
  for (const auto& [title, picture] : layout.pictures()) {
    boxes.push_back(title);
    boxes.push_back(picture);
  }
  return boxes;
}

TEST(Layout, NothingOverlapsOrIsCutOffAtAnySize) {
  for (const std::int64_t height : {240, 480, 720, 1080, 2160}) {
    for (const std::size_t methods : {0U, 1U, 2U, 3U, 5U, 8U, 16U, 24U}) {
      SCOPED_TRACE(testing::Message() << height << " lines, " << methods << " methods");
      const Layout layout = make_layout(height, methods);
      EXPECT_EQ(layout.frame.height, height);
      EXPECT_EQ(layout.frame.width % 2, 0);
      EXPECT_EQ(layout.maps.size(), methods);
      const auto boxes = boxes_of(layout);
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        EXPECT_FALSE(boxes[i].empty()) << i;
        EXPECT_TRUE((Box{0, 0, layout.frame.height, layout.frame.width}.contains(boxes[i]))) << i;
        for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(boxes[i].overlaps(boxes[j])) << i << j;
      }
      EXPECT_GE(layout.header.height, Font(layout.header_pixels).line_height());
      for (const auto& [title, picture] : layout.pictures())
        EXPECT_GE(title.height, Font(layout.text_pixels).line_height());
      for (const auto& map : layout.maps) {
        EXPECT_EQ(map.picture.size(), layout.screen.picture.size());
        EXPECT_NEAR(static_cast<double>(map.picture.width),
                    static_cast<double>(map.picture.height) * 4 / 3, 1.0);
      }
    }
  }
  EXPECT_EQ(make_layout(720, 1).frame, (Size{720, 1280}));
  EXPECT_EQ(make_layout(720, 1).screen.picture.height, 420) << "each line of the game twice";
}

TEST(Layout, RefusesWhatCannotBeShown) {
  for (const std::int64_t height : {0, 100, 481, 4000}) EXPECT_THROW(make_layout(height, 1), Error);
  EXPECT_THROW(make_layout(720, 25), Error);
}

/// Where the frame is not background although no box is there.
int strays(const Image& frame, const Layout& layout) {
  Image rest = frame;
  for (const Box& box : boxes_of(layout)) fill(rest, box, kBackground);
  int count = 0;
  for (std::int64_t row = 0; row < rest.size().height; ++row) {
    for (std::int64_t column = 0; column < rest.size().width; ++column)
      count += rest.at(row, column) == kBackground ? 0 : 1;
  }
  return count;
}

TEST(FrameComposer, DrawsNothingOutsideItsBoxes) {
  for (const std::int64_t height : {480, 720}) {
    for (const int methods : {0, 1, 4}) {
      for (const int actions : {3, 6, 18}) {
        SCOPED_TRACE(testing::Message() << height << ' ' << methods << ' ' << actions);
        test::Steps steps(methods, actions);
        steps.info.agent = "a/very/long/folder/of/checkpoints/that/goes/on/and/on/for/ever.pt";
        FrameComposer composer(steps.info, height, {});
        Image frame;
        for (int i = 0; i < 3; ++i) {
          episode::Step step = steps.next();
          step.decision.greedy = false;
          step.score = 1'234'567;
          composer.compose(step, frame);
        }
        EXPECT_EQ(strays(frame, composer.layout()), 0);
      }
    }
  }
}

/// The middle of the pixels in a box for which `is` holds, relative to the box, in 0…1.
template <typename Is>
std::pair<double, double> middle(const Image& frame, const Box& box, Is is) {
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
    FrameComposer composer(steps.info, 720, {.colors = color_map("turbo")});
    Image frame;
    composer.compose(steps.next(), frame);
    const Layout& layout = composer.layout();
    const auto white = [](Rgb pixel) { return pixel[0] > 200 && pixel[1] > 200 && pixel[2] > 200; };
    const auto red = [](Rgb pixel) { return pixel[0] > pixel[2] + 60; };
    const auto object = middle(frame, layout.screen.picture, white);
    const auto mark = middle(frame, layout.maps[0].picture, red);
    const auto heat = middle(frame, layout.heat.picture, red);
    for (const auto& [row, column] : {object, mark, heat}) {
      EXPECT_NEAR(row, 0.25, 1.0 / 84) << lines;
      EXPECT_NEAR(column, 0.75, 1.0 / 84) << lines;
    }
  }
}

TEST(FrameComposer, MarksRandomActions) {
  test::Steps steps(1, 6);
  FrameComposer composer(steps.info, 480, {});
  Image frame;
  const Box& mark = composer.layout().mark;
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
  FrameComposer composer(steps.info, 720, {});
  Image frame;
  episode::Step step = steps.next();
  step.values = {0.0F, 1.0F, 2.0F, 8.0F, 4.0F, 3.0F};
  step.decision = {3, true};
  composer.compose(step, frame);
  const Box& box = composer.layout().actions.picture;
  const auto longest = [&](Rgb color) {
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

}  // namespace
}  // namespace arcadecam::render
