// Whether the target is the less sure without pixels, the more the map says of them.
#include <algorithm>
#include <array>

#include "measure/context.h"
#include "measure/pixel_order.h"
#include "measure/pixel_sets.h"
#include "measure/statistics.h"

namespace arcadecam::measure {
namespace {

class MonotonicityCorrelation final : public Scorer {
 public:
  explicit MonotonicityCorrelation(const explain::Params& params)
      : pixels_(params.integer("pixels", 1, 1'000'000)),
        samples_(params.integer("samples", 1, 10'000)) {}

  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    if (subject.attribution.says_nothing()) return;
    auto order = pixel_order(subject.map(), context.shared_random(subject.state));
    std::ranges::reverse(order);
    const std::vector<PixelSet> sets = steps_of(order, pixels_);
    if (sets.size() < 2) return;
    constexpr double kWhite = 255;
    Random random = context.shared_random(subject.state, 1);
    std::vector<float> greys(sets.size() * static_cast<std::size_t>(samples_));
    for (float& grey : greys) grey = static_cast<float>(kWhite * random.uniform());
    const std::vector<double> said = sums_over(subject.map(), sets);
    const std::vector<double> changes = squared_changes(context, subject, sets, greys);
    found.push_back({"correlation", or_none(spearman(said, changes))});
  }

 private:
  std::int64_t pixels_, samples_;
};

std::span<const Statistic> monotonicity_correlation_statistics() {
  static constexpr std::array<Statistic, 1> kStatistics{
      {{"correlation", "rank correlation of map and uncertainty", Direction::kHigher, ""}}};
  return kStatistics;
}

std::span<const explain::Param> monotonicity_correlation_params() {
  static constexpr std::array<explain::Param, 3> kParams{
      {{"pixels", "84", "pixels in a set"},
       {"samples", "10", "greys that take the place of each set"},
       {"every", "20", "only every K-th state of an episode counts"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure monotonicity_correlation_entry{
    "monotonicity-correlation",
    "whether the target varies more without pixels of which the map says more",
    "Nguyen & Martinez 2020, arXiv:2007.07584",
    monotonicity_correlation_statistics,
    monotonicity_correlation_params,
    {.passes = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<MonotonicityCorrelation>(params);
    }};

}  // namespace arcadecam::measure
