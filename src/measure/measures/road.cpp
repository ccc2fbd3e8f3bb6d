// What happens to the decision when pixels are taken away so that their place does not show.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "measure/context.h"
#include "measure/imputation.h"
#include "measure/pixel_order.h"

namespace arcadecam::measure {
namespace {

class Road final : public Scorer {
 public:
  explicit Road(const explain::Params& params) : noise_(params.number("noise", 0, 1)) {
    for (const std::string& fraction : params.list("fractions")) {
      const explain::MethodSpec one{"road", {{"fractions", fraction}}};
      static constexpr std::array<explain::Param, 1> kFraction{{{"fractions", "", ""}}};
      fractions_.push_back(
          explain::Params(one, kFraction, "measure").number("fractions", 0.01, 99.99) / 100);
    }
    if (fractions_.empty()) (void)params.number("fractions");  // says what is expected
  }

  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    if (subject.attribution.says_nothing()) return;
    std::vector<std::int64_t> order =
        pixel_order(subject.map(), context.shared_random(subject.state));
    const Score most = follow(context, subject, order, "most", found);
    std::ranges::reverse(order);
    const Score least = follow(context, subject, order, "least", found);
    found.push_back({"advantage", (least.advantage - most.advantage) / 2});
    found.push_back({"raw", (least.raw - most.raw) / 2});
  }

 private:
  struct Score {
    double advantage = 0, raw = 0;  ///< means over the fractions
  };

  /// Takes the first pixels of an order away.
  Score follow(Context& context, const Subject& subject, const std::vector<std::int64_t>& order,
               const std::string& name, std::vector<Finding>& found) {
    Score mean;
    const auto count = static_cast<double>(fractions_.size());
    context.forward(
        subject, std::ssize(fractions_),
        [&](std::int64_t index, std::span<float> values) {
          fill(context, subject, order, fractions_[static_cast<std::size_t>(index)], values);
        },
        [&](std::int64_t index, const Scores& scores) {
          mean.advantage += scores.advantage / count;
          mean.raw += scores.target / count;
          found.push_back({name, scores.advantage, fractions_[static_cast<std::size_t>(index)]});
        });
    found.push_back({name + "-advantage", mean.advantage});
    found.push_back({name + "-raw", mean.raw});
    return mean;
  }

  /// The observation without the first `fraction` of the order's pixels.
  void fill(Context& context, const Subject& subject, const std::vector<std::int64_t>& order,
            double fraction, std::span<float> values) {
    constexpr double kWhite = 255;
    const ByteTensor& observation = subject.state.observation;
    const auto pixels = std::ssize(order);
    const auto gone = std::clamp<std::int64_t>(std::llround(fraction * static_cast<double>(pixels)),
                                               1, pixels - 1);
    Mask removed(order.size(), false);
    for (std::int64_t i = 0; i < gone; ++i)
      removed[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = true;
    planes_.resize(observation.shape());
    std::ranges::copy(observation.values(), planes_.data());
    impute(removed, planes_);
    // The same noise at a place whatever the map and the fraction.
    Random random = context.shared_random(subject.state, 1);
    for (std::int64_t at = 0; noise_ > 0 && at < planes_.size(); ++at) {
      const double step = kWhite * noise_ * random.normal();
      if (removed[static_cast<std::size_t>(at % pixels)])
        planes_.data()[at] += static_cast<float>(step);
    }
    std::ranges::copy(planes_.values(), values.begin());
  }

  double noise_;
  std::vector<double> fractions_;
  Tensor planes_;
};

std::span<const Statistic> road_statistics() {
  constexpr auto kMore = Direction::kHigher, kLess = Direction::kLower;
  static constexpr std::array<Statistic, 6> kStatistics{{
      {"advantage", "(least relevant first − most relevant first)/2, advantage", kMore,
       kActionValue},
      {"raw", "(least relevant first − most relevant first)/2, target", kMore, "target"},
      {"most-advantage", "most relevant first, advantage", kLess, kActionValue},
      {"most-raw", "most relevant first, target", kLess, "target"},
      {"least-advantage", "least relevant first, advantage", kMore, kActionValue},
      {"least-raw", "least relevant first, target", kMore, "target"},
  }};
  return kStatistics;
}

std::span<const explain::Param> road_params() {
  static constexpr std::array<explain::Param, 3> kParams{
      {{"fractions", "10/30/50/70/90",
        "per cent of the pixels that are taken away, separated by '/'"},
       {"noise", "0.01", "standard deviation of the noise on what is filled in, of white"},
       {"every", "5", "only every K-th state of an episode counts"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure road_entry{
    "road",
    "the decision when pixels are taken away and filled in from their neighbours",
    "Rong et al. 2022, arXiv:2202.00449 (ROAD)",
    road_statistics,
    road_params,
    {.passes = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<Road>(params);
    }};

}  // namespace arcadecam::measure
