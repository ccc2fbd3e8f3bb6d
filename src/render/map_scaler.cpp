#include "render/map_scaler.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "arcadecam/core/error.h"

namespace arcadecam::render {
namespace {

float magnitude(const Range& range) {
  return std::max(std::abs(range.low), std::abs(range.high));
}

/// (value − low) / (high − low) in 0…1; a range without extent shows as its first colour, or as
/// zero in the middle of one with signs.
void stretch(TensorView from, const Range& range, bool with_signs, Tensor& to) {
  to.resize(from.shape());
  const float extent = range.high - range.low, nothing = with_signs ? 0.5F : 0.0F;
  for (std::int64_t i = 0; i < from.size(); ++i) {
    const float share = extent > 0 ? (from.data()[i] - range.low) / extent : nothing;
    to.data()[i] = std::clamp(share, 0.0F, 1.0F);
  }
}

/// The value at a percentile, 0…100, the nearest one.
float percentile_of(std::vector<float>& values, double percentile) {
  const auto at = static_cast<std::ptrdiff_t>(
      std::lround(percentile / 100 * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

}  // namespace

TensorView MapScaler::unscaled(const explain::Attribution& attribution, std::size_t method) {
  Tensor& values = buffers_[method];
  if (display_.signs_of(method)) {
    if (attribution.signed_map.shape() != attribution.map.shape())
      throw bad_input("a map is to be shown with its signs, but has none");
    values = attribution.signed_map;
    return values.view();
  }
  values.resize(attribution.map.shape());
  const float extent = attribution.highest - attribution.lowest;
  std::ranges::transform(attribution.map.values(), values.data(),
                         [&](float value) { return attribution.lowest + value * extent; });
  return values.view();
}

Range MapScaler::known_range(const episode::Step& step, std::size_t method,
                             std::int64_t until) const {
  if (display_.ranges) {
    const auto found = display_.ranges->find(step.episode);
    if (found != display_.ranges->end()) {
      const auto after = found->second.upper_bound(until);
      if (after != found->second.begin() && method < std::prev(after)->second.size())
        return std::prev(after)->second[method];
    }
  }
  throw bad_input("the value range of episode {} is not known", step.episode);
}

Range MapScaler::range_of(const episode::Step& step, std::size_t method, TensorView values,
                          Range own) {
  switch (display_.scale.kind) {
    case ColorScale::Kind::kFrame:
      return own;
    case ColorScale::Kind::kRunning: {
      if (display_.ranges) return known_range(step, method, step.index);
      Range& running = running_[method];
      if (step.index == 0) running = own;
      running = {std::min(running.low, own.low), std::max(running.high, own.high)};
      return running;
    }
    case ColorScale::Kind::kEpisode:
      return known_range(step, method, std::numeric_limits<std::int64_t>::max());
    case ColorScale::Kind::kPercentile: {
      sorted_.assign(values.values().begin(), values.values().end());
      const double percentile = display_.scale.percentile;
      const bool with_signs = display_.signs_of(method);
      if (with_signs)
        std::ranges::transform(sorted_, sorted_.begin(), [](float v) { return std::abs(v); });
      const float high = percentile_of(sorted_, percentile);
      const float low = with_signs ? 0 : percentile_of(sorted_, 100 - percentile);
      // A map of few spots has nothing else within the percentiles.
      return low < high ? Range{low, high} : own;
    }
    case ColorScale::Kind::kFixed:
      return display_.scale.fixed;
  }
  return own;
}

const std::vector<ShownMap>& MapScaler::scale(const episode::Step& step) {
  const std::size_t methods = step.attributions.size();
  shown_.resize(methods);
  buffers_.resize(methods);
  running_.resize(methods);
  for (std::size_t m = 0; m < methods; ++m) {
    const explain::Attribution& attribution = *step.attributions[m];
    const bool with_signs = display_.signs_of(m);
    // The map is scaled to its own range already.
    if (display_.scale.kind == ColorScale::Kind::kFrame && !with_signs) {
      shown_[m] = {attribution.map.view(),
                   {attribution.lowest, attribution.highest},
                   attribution.says_nothing()};
      continue;
    }
    const TensorView values = unscaled(attribution, m);
    Range own{attribution.lowest, attribution.highest};
    if (with_signs) {
      const auto [low, high] = std::ranges::minmax(values.values());
      own = {low, high};
    }
    Range range = range_of(step, m, values, own);
    if (with_signs) range = {-magnitude(range), magnitude(range)};
    stretch(values, range, with_signs, buffers_[m]);
    shown_[m] = {buffers_[m].view(), range,
                 with_signs ? own == Range{} : attribution.says_nothing()};
  }
  return shown_;
}

RangesSink::RangesSink(MapDisplay display)
    : scaler_({.scale = {.kind = ColorScale::Kind::kRunning},
               .with_signs = std::move(display.with_signs)}) {}

void RangesSink::on_step(const episode::Step& step) {
  const std::vector<ShownMap>& shown = scaler_.scale(step);
  std::vector<Range> ranges;
  for (const ShownMap& map : shown) ranges.push_back(map.range);
  auto& episode = (*ranges_)[step.episode];
  if (episode.empty() || episode.rbegin()->second != ranges)
    episode.insert_or_assign(step.index, std::move(ranges));
}

}  // namespace arcadecam::render
