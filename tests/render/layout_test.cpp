#include "render/layout.h"

#include <gtest/gtest.h>

#include "arcadecam/core/error.h"
#include "render/text.h"

namespace arcadecam::render {
namespace {

void expect_well_laid(const FrameLayout& layout) {
  std::vector<picture::Box> boxes{layout.header, layout.mark, layout.counts};
  EXPECT_GE(layout.header.height, Font(layout.header_pixels).line_height());
  for (const FrameLayout::Panel& panel : layout.panels) {
    boxes.push_back(panel.title);
    boxes.push_back(panel.picture);
    EXPECT_GE(panel.title.height, Font(layout.text_pixels).line_height());
  }
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    EXPECT_FALSE(boxes[i].empty()) << i;
    EXPECT_TRUE((picture::Box{0, 0, layout.frame.height, layout.frame.width}.contains(boxes[i])))
        << i;
    for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(boxes[i].overlaps(boxes[j])) << i << j;
  }
  EXPECT_EQ(layout.frame.width % 2, 0);
  EXPECT_EQ(layout.frame.height % 2, 0);
}

void expect_television(const picture::Box& picture) {
  EXPECT_NEAR(static_cast<double>(picture.width), static_cast<double>(picture.height) * 4 / 3, 1.0);
}

TEST(Layout, NothingOverlapsOrIsCutOffAtAnySize) {
  for (const std::int64_t height : {240, 480, 720, 1080, 2160}) {
    for (const std::size_t methods : {0U, 1U, 2U, 3U, 4U, 5U, 8U, 16U, 24U}) {
      SCOPED_TRACE(testing::Message() << height << " lines, " << methods << " methods");
      const FrameLayout layout = make_layout(height, methods);
      EXPECT_EQ(layout.frame.height, height);
      expect_well_laid(layout);
      for (std::size_t m = 0; m < methods; ++m) {
        const picture::Box& map = layout.panel(PanelKind::kOverlay, m).picture;
        EXPECT_EQ(map.size(), layout.panel(PanelKind::kScreen).picture.size());
        expect_television(map);
      }
      expect_well_laid(make_layout(height, methods, false, {}, 3));
      expect_well_laid(make_layout(height, methods, true));
      if (height == 480) expect_well_laid(make_clip_layout(methods));
    }
  }
  EXPECT_EQ(make_layout(720, 1).frame, (picture::Size{720, 1280}));
  EXPECT_EQ(make_layout(720, 1).panel(PanelKind::kScreen).picture.height, 420)
      << "each line of the game twice";
}

TEST(Layout, ASpecificationIsFollowedRowByRow) {
  for (const std::int64_t height : {480, 720, 2160}) {
    for (const char* spec :
         {"screen", "overlay,map", "screen,overlay,colors/map,actions,history",
          "screen,observation/overlay,observation-overlay/actions,history,colors",
          "actions/history/distributions"}) {
      SCOPED_TRACE(testing::Message() << height << ' ' << spec);
      const FrameLayout layout = make_layout(height, 2, false, parse_layout(spec));
      expect_well_laid(layout);
      for (const FrameLayout::Panel& panel : layout.panels) {
        if (panel.kind == PanelKind::kScreen || panel.kind == PanelKind::kOverlay ||
            panel.kind == PanelKind::kMap || panel.kind == PanelKind::kObservation)
          expect_television(panel.picture);
      }
    }
  }
  const FrameLayout layout = make_layout(720, 2, false, parse_layout("screen,actions/overlay"));
  ASSERT_EQ(layout.panels.size(), 4U);
  EXPECT_EQ(layout.panels[1].kind, PanelKind::kActions);
  EXPECT_EQ(layout.panels[0].title.top, layout.panels[1].title.top);
  EXPECT_LT(layout.panels[0].picture.bottom(), layout.panels[2].title.top);
  EXPECT_EQ(layout.panels[3].method, 1U);
}

TEST(Layout, TakesDistributionsWhereThereAreSome) {
  for (const std::size_t methods : {1U, 3U}) {
    EXPECT_NO_THROW((void)make_layout(720, methods, true).panel(PanelKind::kDistributions));
    EXPECT_THROW((void)make_layout(720, methods, true).panel(PanelKind::kActions), Error);
  }
}

TEST(Layout, RefusesWhatCannotBeShown) {
  for (const std::int64_t height : {0, 100, 481, 4000}) EXPECT_THROW(make_layout(height, 1), Error);
  EXPECT_THROW(make_layout(720, 25), Error);
  for (const char* spec : {"", "screens", "screen,", "screen//map", "Screen"})
    EXPECT_THROW(parse_layout(spec), Error) << spec;
  EXPECT_TRUE(parse_layout("auto").empty());
  EXPECT_THROW(make_layout(720, 0, false, parse_layout("overlay")), Error) << "nothing to show";
  EXPECT_THROW(make_layout(720, 24, false, parse_layout("screen,overlay")), Error) << "too small";
  EXPECT_THROW(make_layout(720, 1, false, parse_layout("actions,actions,actions,actions,actions")),
               Error);
}

}  // namespace
}  // namespace arcadecam::render
