// Whether the map stays when the picture hardly changes.
#include <algorithm>
#include <array>
#include <cmath>

#include "measure/context.h"
#include "measure/similarity.h"

namespace arcadecam::measure {
namespace {

double distance(std::span<const float> a, std::span<const float> b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    squares += difference * difference;
  }
  return std::sqrt(squares);
}

double length(std::span<const float> a) {
  double squares = 0;
  for (const float value : a) squares += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(squares);
}

/// Moves a plane by whole pixels, edges repeated: to(y, x) = from(y − down, x − right).
void shift(std::span<const float> from, std::span<float> to, std::int64_t height,
           std::int64_t width, std::int64_t down, std::int64_t right) {
  for (std::int64_t y = 0; y < height; ++y) {
    const std::int64_t row = std::clamp<std::int64_t>(y - down, 0, height - 1);
    for (std::int64_t x = 0; x < width; ++x) {
      const std::int64_t column = std::clamp<std::int64_t>(x - right, 0, width - 1);
      to[static_cast<std::size_t>(y * width + x)] =
          from[static_cast<std::size_t>(row * width + column)];
    }
  }
}

class Robustness final : public Scorer {
 public:
  explicit Robustness(const explain::Params& params)
      : samples_(params.integer("samples", 1, 10'000)) {}

  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    size_ = length(subject.map());
    if (size_ == 0) return;
    const ByteTensor& observation = subject.state.observation;
    original_.assign(observation.values().begin(), observation.values().end());
    noise(context, subject, found);
    shifts(context, subject, found);
    time(context, subject, found);
    sticky(context, subject, found);
  }

 private:
  static constexpr double kWhite = 255;

  /// Yeh et al. 2019: noise uniform within ±0.2 of white; Alvarez-Melis & Jaakkola 2018: normal,
  /// 0.1 of white. Both are cut at black and white.
  void noise(Context& context, const Subject& subject, std::vector<Finding>& found) {
    constexpr double kReach = 0.2, kDeviation = 0.1;
    Random random = context.shared_random(subject.state);
    std::vector<double> moved(static_cast<std::size_t>(2 * samples_));
    double sensitivity = 0, sum = 0, lipschitz = 0;
    context.explain(
        subject, 2 * samples_,
        [&](std::int64_t index, std::span<float> values) {
          const bool uniform = index < samples_;
          for (std::size_t i = 0; i < values.size(); ++i) {
            const double step =
                uniform ? kReach * (2 * random.uniform() - 1) : kDeviation * random.normal();
            values[i] = static_cast<float>(
                std::clamp(static_cast<double>(original_[i]) + kWhite * step, 0.0, kWhite));
          }
          moved[static_cast<std::size_t>(index)] = distance(original_, values) / kWhite;
        },
        [&](std::int64_t index, const explain::Attribution& changed) {
          const double change = distance(subject.map(), changed.map.values());
          if (index < samples_) {
            sensitivity = std::max(sensitivity, change / size_);
            sum += change / size_;
          } else {
            lipschitz =
                std::max(lipschitz, change / (moved[static_cast<std::size_t>(index)] + 1e-10));
          }
        });
    found.push_back({"max-sensitivity", sensitivity});
    found.push_back({"mean-sensitivity", sum / static_cast<double>(samples_)});
    found.push_back({"lipschitz", lipschitz});
  }

  /// The picture moved by a pixel, the map moved back.
  void shifts(Context& context, const Subject& subject, std::vector<Finding>& found) {
    constexpr std::array<std::array<std::int64_t, 2>, 4> kMoves{{{1, 0}, {-1, 0}, {0, 1}, {0, -1}}};
    const Shape& shape = context.graph().shape(0);
    const std::int64_t height = shape[1], width = shape[2];
    const auto plane = static_cast<std::size_t>(height * width);
    std::vector<float> back(plane);
    double correlation = 0, change = 0;
    context.explain(
        subject, std::ssize(kMoves),
        [&](std::int64_t index, std::span<float> values) {
          const auto& [down, right] = kMoves[static_cast<std::size_t>(index)];
          for (std::size_t at = 0; at < values.size(); at += plane)
            shift(std::span(original_).subspan(at, plane), values.subspan(at, plane), height, width,
                  down, right);
        },
        [&](std::int64_t index, const explain::Attribution& moved) {
          const auto& [down, right] = kMoves[static_cast<std::size_t>(index)];
          shift(moved.map.values(), back, height, width, -down, -right);
          correlation += rank_correlation(subject.map(), back).value_or(0);
          change += distance(subject.map(), back) / size_;
        });
    found.push_back({"shift-spearman", correlation / std::ssize(kMoves)});
    found.push_back({"shift-change", change / std::ssize(kMoves)});
  }

  /// The step before and after, for the same action.
  void time(Context& context, const Subject& subject, std::vector<Finding>& found) {
    std::vector<const ByteTensor*> others;
    for (const ByteTensor* other : {&subject.state.previous, &subject.state.next}) {
      if (!other->empty() && other->shape() == subject.state.observation.shape())
        others.push_back(other);
    }
    if (others.empty()) return;
    double correlation = 0, change = 0;
    context.explain(
        subject, std::ssize(others),
        [&](std::int64_t index, std::span<float> values) {
          std::ranges::copy(others[static_cast<std::size_t>(index)]->values(), values.begin());
        },
        [&](std::int64_t /*index*/, const explain::Attribution& other) {
          correlation += rank_correlation(subject.map(), other.map.values()).value_or(0);
          change += distance(subject.map(), other.map.values()) / size_;
        });
    const auto count = static_cast<double>(others.size());
    found.push_back({"flicker", change / count});
    found.push_back({"temporal-spearman", correlation / count});
  }

  /// The last step played with the action before it, as sticky actions would have, where that is
  /// another one.
  void sticky(Context& context, const Subject& subject, std::vector<Finding>& found) {
    const ByteTensor& observation = subject.state.repeated;
    if (observation.empty()) return;
    std::vector<float> repeated(observation.values().begin(), observation.values().end());
    found.push_back({"sticky-picture", distance(original_, repeated) / length(original_)});
    context.explain(
        subject, 1,
        [&](std::int64_t /*index*/, std::span<float> values) {
          std::ranges::copy(repeated, values.begin());
        },
        [&](std::int64_t /*index*/, const explain::Attribution& other) {
          const std::span<const float> map = other.map.values();
          found.push_back({"sticky-change", distance(subject.map(), map) / size_});
          if (const auto correlation = rank_correlation(subject.map(), map))
            found.push_back({"sticky-spearman", *correlation});
        });
  }

  std::int64_t samples_;
  std::vector<float> original_;
  double size_ = 0;
};

std::span<const Statistic> robustness_statistics() {
  static constexpr std::array<Statistic, 10> kStatistics{{
      {"max-sensitivity", "largest relative change under noise", Direction::kLower, ""},
      {"mean-sensitivity", "mean relative change under noise", Direction::kLower, ""},
      {"lipschitz", "largest change of map per change of picture", Direction::kLower, ""},
      {"shift-spearman", "rank correlation under shifts by a pixel", Direction::kHigher, ""},
      {"shift-change", "relative change under shifts by a pixel", Direction::kLower, ""},
      {"flicker", "relative change from step to step", Direction::kNone, ""},
      {"temporal-spearman", "rank correlation from step to step", Direction::kNone, ""},
      {"sticky-change", "relative change had the action before been repeated", Direction::kNone,
       ""},
      {"sticky-spearman", "rank correlation had the action before been repeated", Direction::kNone,
       ""},
      {"sticky-picture", "relative change of the picture itself there", Direction::kNone, ""},
  }};
  return kStatistics;
}

std::span<const explain::Param> robustness_params() {
  static constexpr std::array<explain::Param, 2> kParams{
      {{"samples", "8", "noisy observations of either kind"},
       {"every", "5", "only every K-th state of an episode counts"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure robustness_entry{
    "robustness",
    "how much the map changes when the picture hardly does",
    "Yeh et al. 2019, arXiv:1901.09392; Alvarez-Melis & Jaakkola 2018, arXiv:1806.08049",
    robustness_statistics,
    robustness_params,
    {.explanations = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<Robustness>(params);
    }};

}  // namespace arcadecam::measure
