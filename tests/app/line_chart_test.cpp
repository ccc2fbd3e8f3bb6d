#include "app/report/line_chart.h"

#include <gtest/gtest.h>

#include <limits>

#include "app/program.h"

namespace arcadecam::app {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

TEST(LineChart, DrawsLinesBandsAndMarks) {
  const std::string svg =
      line_chart("Share & more", "step",
                 {{"ball", {{0, 0, kUnknown, kUnknown}, {100, 1, 0.5, 1}, {200, 0.5, 0, 1}}, {100}},
                  {"<enemy>", {{0, 0.25, 0.25, 0.25}}, {}}});
  // From 0 to 1 in fifths, from 0 to 200 in steps of 50: the plot is 490 wide and 216 high.
  for (const char* part :
       {"<figcaption>Share &amp; more</figcaption>", "points='58.0,226.0 303.0,10.0 548.0,118.0 '",
        ">0.2</text>", ">150</text>", ">step</text>", "&lt;enemy&gt;",
        "<polygon points='303.0,10.0 548.0,10.0 548.0,226.0 303.0,118.0 '",
        "x1='303.0' x2='303.0' y1='10' y2='226'"})
    EXPECT_TRUE(test::contains(svg, part)) << part << "\n" << svg;
  EXPECT_FALSE(test::contains(svg, "nan")) << svg;
}

TEST(LineChart, NegativeNumbersHaveAMinusSign) {
  const std::string svg = line_chart("a", "x", {{"b", {{0, -2e6, -2e6, -2e6}, {1, 0, 0, 0}}, {}}});
  EXPECT_TRUE(test::contains(svg, ">−2M</text>")) << svg;
  EXPECT_FALSE(test::contains(svg, ">-")) << svg;
}

TEST(LineChart, OneValueAndNoneAreCharts) {
  EXPECT_TRUE(test::contains(line_chart("a", "x", {{"b", {{3, 7, 7, 7}}, {}}}), "<polyline"));
  EXPECT_EQ(line_chart("a", "x", {}), "");
  EXPECT_EQ(line_chart("a", "x", {{"b", {}, {}}}), "");
}

TEST(LineChart, TheVerticalAxisHoldsZeroAndARealMinusSign) {
  const std::string above =
      line_chart("a", "x", {{"b", {{0, 90, 90, 90}, {9, 100, 100, 100}}, {}}});
  EXPECT_TRUE(test::contains(above, "text-anchor='end'>0</text>")) << above;
  const std::string below =
      line_chart("a", "x", {{"b", {{0, -21, -21, -21}, {9, -4, -4, -4}}, {}}});
  EXPECT_TRUE(test::contains(below, "text-anchor='end'>−20</text>")) << below;
  EXPECT_FALSE(test::contains(below, ">-")) << below;
  EXPECT_EQ(chart_number(-0.123456), "−0.1235");
  EXPECT_EQ(chart_number(0), "0");
}

TEST(LineChart, TextsAreEscaped) {
  EXPECT_EQ(html_text("<a href=\"x\">'&'"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;");
}

}  // namespace
}  // namespace arcadecam::app
