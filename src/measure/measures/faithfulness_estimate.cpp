// Whether pixels matter as much as the map ranks them: sets in the map's order, each alone black.
#include <array>

#include "measure/context.h"
#include "measure/pixel_order.h"
#include "measure/pixel_sets.h"
#include "measure/statistics.h"

namespace arcadecam::measure {
namespace {

class FaithfulnessEstimate final : public Scorer {
 public:
  explicit FaithfulnessEstimate(const explain::Params& params)
      : pixels_(params.integer("pixels", 1, 1'000'000)) {}

  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    if (subject.attribution.says_nothing()) return;
    const auto map = subject.signed_map();
    const auto order = pixel_order(map, context.shared_random(subject.state));
    const std::vector<PixelSet> sets = steps_of(order, pixels_);
    if (sets.size() < 2) return;
    const std::vector<double> said = sums_over(map, sets);
    const std::vector<double> lost = losses(context, subject, sets);
    found.push_back({"correlation", or_none(pearson(said, lost))});
  }

 private:
  std::int64_t pixels_;
};

std::span<const Statistic> faithfulness_estimate_statistics() {
  static constexpr std::array<Statistic, 1> kStatistics{
      {{"correlation", "correlation of map and effect over sets of equally ranked pixels",
        Direction::kHigher, ""}}};
  return kStatistics;
}

std::span<const explain::Param> faithfulness_estimate_params() {
  static constexpr std::array<explain::Param, 2> kParams{
      {{"pixels", "84", "pixels in a set"},
       {"every", "5", "only every K-th state of an episode counts"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure faithfulness_estimate_entry{
    "faithfulness-estimate",
    "whether the map's sum over pixels of one rank goes with what blackening them takes from the "
    "target",
    "Alvarez-Melis & Jaakkola (NeurIPS 2018), arXiv:1806.07538",
    faithfulness_estimate_statistics,
    faithfulness_estimate_params,
    {.passes = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<FaithfulnessEstimate>(params);
    }};

}  // namespace arcadecam::measure
