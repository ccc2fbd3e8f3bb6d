#include "measure/stability.h"

#include <algorithm>
#include <cmath>

namespace arcadecam::measure {
namespace {

constexpr double kWhite = 255;

/// ‖(a − b)/a‖ of values that are divided by `scale` first.
template <typename Value>
double relative_distance(std::span<const Value> a, std::span<const float> b, double scale) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double value = static_cast<double>(a[i]) / scale;
    const double change = value - static_cast<double>(b[i]) / scale;
    const double ratio = change / (value == 0 ? kSmallest : value);
    squares += ratio * ratio;
  }
  return std::sqrt(squares);
}

}  // namespace

std::vector<Tensor> noisy_pictures(const ByteTensor& observation, std::int64_t count, double reach,
                                   Random random) {
  std::vector<Tensor> pictures;
  for (std::int64_t n = 0; n < count; ++n) {
    Tensor& picture = pictures.emplace_back(observation.shape());
    for (std::int64_t i = 0; i < picture.size(); ++i) {
      const double noise = kWhite * reach * (2 * random.uniform() - 1);
      picture.data()[i] = static_cast<float>(
          std::clamp(static_cast<double>(observation.data()[i]) + noise, 0.0, kWhite));
    }
  }
  return pictures;
}

std::vector<RelativeChange> relative_changes(Context& context, const Subject& subject,
                                             std::span<const Tensor> pictures) {
  std::vector<RelativeChange> changes(pictures.size());
  const auto fill = [&](std::int64_t index, std::span<float> values) {
    std::ranges::copy(pictures[static_cast<std::size_t>(index)].values(), values.begin());
  };
  const int action = explain::argmax(subject.values);
  context.forward(
      subject, std::ssize(pictures), fill, [&](std::int64_t index, const Scores& scores) {
        RelativeChange& change = changes[static_cast<std::size_t>(index)];
        double squares = 0;
        for (std::size_t i = 0; i < scores.values.size(); ++i) {
          const double difference =
              static_cast<double>(subject.values[i]) - static_cast<double>(scores.values[i]);
          squares += difference * difference;
        }
        change.outputs = std::sqrt(squares);
        change.same_action = explain::argmax(scores.values) == action;
        change.picture = relative_distance(
            subject.state.observation.values(),
            std::span<const float>(pictures[static_cast<std::size_t>(index)].values()), kWhite);
      });
  context.explain(subject, std::ssize(pictures), fill,
                  [&](std::int64_t index, const explain::Attribution& attribution) {
                    changes[static_cast<std::size_t>(index)].map = relative_distance(
                        subject.map(), std::span<const float>(attribution.map.values()), 1);
                  });
  return changes;
}

std::optional<double> largest_ratio(std::span<const RelativeChange> changes,
                                    double RelativeChange::*by) {
  std::optional<double> largest;
  for (const RelativeChange& change : changes) {
    if (!change.same_action) continue;
    const double divisor = change.*by == 0 ? kSmallest : change.*by;
    largest = std::max(largest.value_or(0), change.map / divisor);
  }
  return largest;
}

}  // namespace arcadecam::measure
