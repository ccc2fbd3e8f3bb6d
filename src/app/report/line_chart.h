#pragma once

#include <string>
#include <vector>

namespace arcadecam::app {

/// One line of a chart; points with a low and high that are finite have a band behind them.
struct ChartLine {
  struct Point {
    double x = 0, y = 0, low = 0, high = 0;
  };

  std::string name;
  std::vector<Point> points;
  std::vector<double> marks;  ///< x of vertical strokes
};

/// A line chart as SVG with its key, for screens and paper: the colours are Okabe and Ito's, and
/// lines differ in dashes too. The vertical axis holds 0. Texts are escaped.
std::string line_chart(const std::string& title, const std::string& x_name,
                       const std::vector<ChartLine>& lines);

/// Four significant digits and a real minus sign: "−0.25".
std::string chart_number(double value);

/// Text for a page: `&`, `<`, `>` and quotes escaped.
std::string html_text(const std::string& text);

}  // namespace arcadecam::app
