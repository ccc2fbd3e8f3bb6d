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
/// lines differ in dashes too. Texts are escaped.
std::string line_chart(const std::string& title, const std::string& x_name,
                       const std::vector<ChartLine>& lines);

/// Text for a page: `&`, `<`, `>` and quotes escaped.
std::string html_text(const std::string& text);

}  // namespace arcadecam::app
