#include "render/factors_grid.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "arcadecam/core/error.h"
#include "core/counted.h"
#include "render/compare_grid.h"

namespace arcadecam::render {
namespace {

/// Colours that people with any colour vision tell apart (Okabe & Ito 2008), but black.
constexpr std::array<picture::Rgb, 7> kFactorColors{{{230, 159, 0},
                                                     {86, 180, 233},
                                                     {0, 158, 115},
                                                     {204, 121, 167},
                                                     {240, 228, 66},
                                                     {213, 94, 0},
                                                     {0, 114, 178}}};

/// One colour, whatever the value: the overlay's opacity shows that.
picture::ColorMap plain(picture::Rgb color) {
  picture::ColorMap colors{.name = "factor"};
  colors.colors.fill(color);
  return colors;
}

/// From the dimmed ground to the colour, as in the pictures on a middle grey.
picture::ColorMap ramp(picture::Rgb color, double max_opacity) {
  constexpr double kGround = 64;
  picture::ColorMap colors{.name = "factor"};
  for (std::size_t i = 0; i < colors.colors.size(); ++i) {
    const double opacity = max_opacity * static_cast<double>(i) / 255;
    for (std::size_t c = 0; c < 3; ++c) {
      colors.colors[i][c] =
          static_cast<std::uint8_t>((1 - opacity) * kGround + opacity * color[c] + 0.5);
    }
  }
  return colors;
}

/// The screen with one map on it in one colour.
picture::Image colored_on(const picture::Image& ground, TensorView map,
                          const atari::ScreenPart& seen, picture::Rgb color, double max_opacity) {
  return screen_overlay(ground, map, {plain(color), max_opacity, seen});
}

/// The map where it is the largest of its state's, zero elsewhere.
Tensor where_largest(TensorView maps, std::int64_t factor) {
  const std::int64_t area = maps[0].size();
  Tensor result(maps.shape().inner());
  for (std::int64_t i = 0; i < area; ++i) {
    std::int64_t largest = 0;
    for (std::int64_t k = 1; k < maps.shape()[0]; ++k) {
      if (maps[k].data()[i] > maps[largest].data()[i]) largest = k;
    }
    result.data()[i] = largest == factor ? maps[factor].data()[i] : 0.0F;
  }
  return result;
}

}  // namespace

std::size_t most_factors() {
  return kFactorColors.size();
}

Grid factors_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                  const ShownFactors& factors, const Look& look) {
  const std::size_t count = factors.shares.size();
  if (count > most_factors() || factors.channels.size() != count)
    throw bad_input("{} factors to draw: expected at most {}", count, most_factors());
  Grid grid = empty_grid(info, moments, look, 0);
  grid.title += fmt::format(" · {} of layer {}",
                            counted(static_cast<std::int64_t>(count), "factor"), factors.layer);
  grid.first.label = "game";
  grid.rows.resize(count + 1);
  grid.rows[0].label = "all factors";
  for (std::size_t k = 0; k < count; ++k) {
    grid.rows[k + 1].label = fmt::format("factor {}", k + 1);
    grid.bars.push_back(
        {ramp(kFactorColors[k], look.max_opacity),
         fmt::format(
             "factor {}: {:.0f} % of what the factors account for, most of it in channels {}",
             k + 1, 100 * factors.shares[k], fmt::join(factors.channels[k], ", "))});
  }
  for (std::size_t n = 0; n < moments.size(); ++n) {
    const episode::Step& step = moments[n].step;
    const TensorView maps = factors.maps[static_cast<std::int64_t>(n)];
    grid.first.cells.push_back(screen_cell(moments[n]));
    const picture::Image screen(ByteTensor(step.screen.shape(), step.screen.values()));
    const picture::Image ground =
        look.ground == Ground::kGrey ? picture::dimmed_grey(screen) : screen;
    picture::Image all = ground;
    for (std::size_t k = 0; k < count; ++k) {
      const auto factor = static_cast<std::int64_t>(k);
      all = colored_on(all, where_largest(maps, factor).view(), step.seen, kFactorColors[k],
                       look.max_opacity);
      grid.rows[k + 1].cells.push_back(picture_cell(
          colored_on(ground, maps[factor], step.seen, kFactorColors[k], look.max_opacity)));
    }
    grid.rows[0].cells.push_back(picture_cell(std::move(all)));
  }
  return grid;
}

}  // namespace arcadecam::render
