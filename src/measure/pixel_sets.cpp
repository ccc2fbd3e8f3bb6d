#include "measure/pixel_sets.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace arcadecam::measure {
namespace {

/// The subject's observation with one value at the pixels of a set, in all planes.
void overwrite(const Subject& subject, const PixelSet& set, float value, std::span<float> values) {
  std::ranges::copy(subject.state.observation.values(), values.begin());
  const auto plane = std::ssize(subject.map());
  for (const std::int64_t pixel : set) {
    for (std::int64_t at = pixel; at < std::ssize(values); at += plane)
      values[static_cast<std::size_t>(at)] = value;
  }
}

}  // namespace

SetDraw::SetDraw(std::int64_t pixels, Random random)
    : all_(static_cast<std::size_t>(pixels)), random_(random) {
  std::iota(all_.begin(), all_.end(), std::int64_t{0});
}

PixelSet SetDraw::draw(std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) {
    const auto rest = static_cast<std::uint64_t>(std::ssize(all_) - i);
    std::swap(all_[static_cast<std::size_t>(i)],
              all_[static_cast<std::size_t>(i) + static_cast<std::size_t>(random_.below(rest))]);
  }
  return {all_.begin(), all_.begin() + size};
}

std::vector<PixelSet> steps_of(std::span<const std::int64_t> order, std::int64_t size) {
  std::vector<PixelSet> sets;
  for (std::int64_t first = 0; first < std::ssize(order); first += size) {
    const std::int64_t end = std::min(std::ssize(order), first + size);
    sets.emplace_back(order.begin() + first, order.begin() + end);
  }
  return sets;
}

std::vector<double> sums_over(std::span<const float> map, std::span<const PixelSet> sets) {
  std::vector<double> sums;
  for (const PixelSet& set : sets) {
    double sum = 0;
    for (const std::int64_t pixel : set)
      sum += static_cast<double>(map[static_cast<std::size_t>(pixel)]);
    sums.push_back(sum);
  }
  return sums;
}

std::vector<double> losses(Context& context, const Subject& subject,
                           std::span<const PixelSet> sets) {
  std::vector<double> lost;
  context.forward(
      subject, std::ssize(sets),
      [&](std::int64_t index, std::span<float> values) {
        overwrite(subject, sets[static_cast<std::size_t>(index)], 0, values);
      },
      [&](std::int64_t /*index*/, const Scores& scores) {
        lost.push_back(subject.value - scores.target);
      });
  return lost;
}

std::vector<double> squared_changes(Context& context, const Subject& subject,
                                    std::span<const PixelSet> sets, std::span<const float> greys) {
  std::vector<double> changes(sets.size(), 0.0);
  if (sets.empty()) return changes;
  const std::size_t samples = greys.size() / sets.size();
  context.forward(
      subject, static_cast<std::int64_t>(samples * sets.size()),
      [&](std::int64_t index, std::span<float> values) {
        const auto at = static_cast<std::size_t>(index);
        overwrite(subject, sets[at / samples], greys[at], values);
      },
      [&](std::int64_t index, const Scores& scores) {
        const double change = scores.target - subject.value;
        changes[static_cast<std::size_t>(index) / samples] +=
            change * change / static_cast<double>(samples);
      });
  return changes;
}

double or_none(double correlation) {
  return std::isnan(correlation) ? 0 : correlation;
}

}  // namespace arcadecam::measure
