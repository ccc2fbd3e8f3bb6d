#include "app/report/line_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace arcadecam::app {
namespace {

constexpr std::array<const char*, 8> kLineColors{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                 "#e69f00", "#56b4e9", "#000000", "#8c8c8c"};
constexpr std::array<const char*, 4> kLineDashes{"none", "6 3", "2 2", "8 3 2 3"};
constexpr double kChartWidth = 560, kChartHeight = 260, kChartLeft = 58, kChartRight = 12,
                 kChartTop = 10, kChartBottom = 34;

/// What an axis shows: from `low` to `high` in equal steps of 1, 2 or 5 times a power of ten.
struct Axis {
  double low = 0, high = 1, step = 1;

  Axis(double least, double most) {
    if (!(most > least)) {
      least -= least == 0 ? 1 : std::abs(least) / 2;
      most += most == 0 ? 1 : std::abs(most) / 2;
    }
    const double rough = (most - least) / 5;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    step = power;
    for (const double factor : {2.0, 5.0, 10.0}) {
      if (step < rough) step = factor * power;
    }
    low = std::floor(least / step) * step;
    high = std::ceil(most / step) * step;
  }
  [[nodiscard]] double part(double value) const { return (value - low) / (high - low); }
};

double at_x(const Axis& axis, double x) {
  return kChartLeft + axis.part(x) * (kChartWidth - kChartLeft - kChartRight);
}

double at_y(const Axis& axis, double y) {
  return kChartHeight - kChartBottom - axis.part(y) * (kChartHeight - kChartTop - kChartBottom);
}

/// "2M", "0.15", "−20": without the digits that rounding left.
std::string axis_number(double value) {
  const double size = std::abs(value);
  if (size >= 1e6) return chart_number(value / 1e6) + "M";
  if (size >= 1e4) return chart_number(value / 1e3) + "k";
  return chart_number(size < 1e-12 ? 0 : value);
}

std::string axes_of(const Axis& x, const Axis& y, const std::string& x_name) {
  std::string svg;
  for (int i = 0; y.low + i * y.step <= y.high + y.step / 2; ++i) {
    const double value = y.low + i * y.step, at = at_y(y, value);
    svg += fmt::format(
        "<line x1='{}' x2='{}' y1='{:.1f}' y2='{:.1f}' class='grid'/><text x='{}' y='{:.1f}' "
        "text-anchor='end'>{}</text>",
        kChartLeft, kChartWidth - kChartRight, at, at, kChartLeft - 6, at + 4, axis_number(value));
  }
  for (int i = 0; x.low + i * x.step <= x.high + x.step / 2; ++i) {
    const double value = x.low + i * x.step;
    svg += fmt::format("<text x='{:.1f}' y='{}' text-anchor='middle'>{}</text>", at_x(x, value),
                       kChartHeight - kChartBottom + 15, axis_number(value));
  }
  return svg + fmt::format("<text x='{}' y='{}' text-anchor='middle'>{}</text>",
                           (kChartLeft + kChartWidth - kChartRight) / 2, kChartHeight - 4,
                           html_text(x_name));
}

std::string line_of(const ChartLine& line, std::size_t number, const Axis& x, const Axis& y) {
  const char* const color = kLineColors[number % kLineColors.size()];
  const char* const dash = kLineDashes[(number / kLineColors.size() + number) % kLineDashes.size()];
  std::string path, upper, lower, svg;
  for (const ChartLine::Point& point : line.points) {
    path += fmt::format("{:.1f},{:.1f} ", at_x(x, point.x), at_y(y, point.y));
    if (!std::isfinite(point.low) || !std::isfinite(point.high)) continue;
    upper += fmt::format("{:.1f},{:.1f} ", at_x(x, point.x), at_y(y, point.high));
    lower = fmt::format("{:.1f},{:.1f} ", at_x(x, point.x), at_y(y, point.low)) + lower;
  }
  if (!upper.empty())
    svg += fmt::format("<polygon points='{}{}' fill='{}' opacity='.15'/>", upper, lower, color);
  for (const double mark : line.marks) {
    svg += fmt::format(
        "<line x1='{0:.1f}' x2='{0:.1f}' y1='{1}' y2='{2}' stroke='{3}' stroke-dasharray='1 3'/>",
        at_x(x, mark), kChartTop, kChartHeight - kChartBottom, color);
  }
  return svg + fmt::format(
                   "<polyline points='{}' fill='none' stroke='{}' stroke-width='2' "
                   "stroke-dasharray='{}'/>",
                   path, color, dash);
}

}  // namespace

std::string chart_number(double value) {
  return (value < 0 ? "−" : "") + fmt::format("{:.4g}", std::abs(value));
}

std::string html_text(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string line_chart(const std::string& title, const std::string& x_name,
                       const std::vector<ChartLine>& lines) {
  constexpr double kNowhere = std::numeric_limits<double>::infinity();
  double least_x = kNowhere, most_x = -kNowhere, least_y = kNowhere, most_y = -kNowhere;
  const auto count = [](double value, double& least, double& most) {
    if (!std::isfinite(value)) return;
    least = std::min(least, value);
    most = std::max(most, value);
  };
  for (const ChartLine& line : lines) {
    for (const ChartLine::Point& point : line.points) {
      count(point.x, least_x, most_x);
      for (const double value : {point.y, point.low, point.high}) count(value, least_y, most_y);
    }
  }
  if (least_x == kNowhere || least_y == kNowhere) return {};
  // Zero is always on the vertical axis: a line's height is then its size.
  const Axis x(least_x, most_x), y(std::min(least_y, 0.0), std::max(most_y, 0.0));
  std::string svg = fmt::format(
      "<figure class='chart'><figcaption>{0}</figcaption><svg viewBox='0 0 {1} {2}' role='img' "
      "aria-label='{0}'>",
      html_text(title), kChartWidth, kChartHeight);
  svg += axes_of(x, y, x_name);
  std::string key;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    svg += line_of(lines[i], i, x, y);
    key += fmt::format(
        "<span><svg class='stroke' viewBox='0 0 28 8'><line x1='0' x2='28' y1='4' y2='4' "
        "stroke='{}' stroke-width='2.5' stroke-dasharray='{}'/></svg>{}</span> ",
        kLineColors[i % kLineColors.size()],
        kLineDashes[(i / kLineColors.size() + i) % kLineDashes.size()], html_text(lines[i].name));
  }
  return svg + "</svg><p class='key'>" + key + "</p></figure>\n";
}

}  // namespace arcadecam::app
