// Whether what the map says of random sets of pixels goes with what blackening them takes away.
#include <algorithm>
#include <array>

#include "measure/context.h"
#include "measure/pixel_sets.h"
#include "measure/statistics.h"

namespace arcadecam::measure {
namespace {

class FaithfulnessCorrelation final : public Scorer {
 public:
  explicit FaithfulnessCorrelation(const explain::Params& params)
      : runs_(params.integer("runs", 3, 100'000)),
        pixels_(params.integer("pixels", 1, 1'000'000)) {}

  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    if (subject.attribution.says_nothing()) return;
    const auto all = std::ssize(subject.map());
    SetDraw draw(all, context.shared_random(subject.state));
    std::vector<PixelSet> sets;
    for (std::int64_t run = 0; run < runs_; ++run)
      sets.push_back(draw.draw(std::min(pixels_, all)));
    const std::vector<double> said = sums_over(subject.signed_map(), sets);
    const std::vector<double> lost = losses(context, subject, sets);
    found.push_back({"correlation", or_none(pearson(said, lost))});
  }

 private:
  std::int64_t runs_, pixels_;
};

std::span<const Statistic> faithfulness_correlation_statistics() {
  static constexpr std::array<Statistic, 1> kStatistics{
      {{"correlation", "correlation of map and effect over random sets of pixels",
        Direction::kHigher, ""}}};
  return kStatistics;
}

std::span<const explain::Param> faithfulness_correlation_params() {
  static constexpr std::array<explain::Param, 3> kParams{
      {{"runs", "100", "random sets"},
       {"pixels", "224", "pixels in a set"},
       {"every", "5", "only every K-th state of an episode counts"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure faithfulness_correlation_entry{
    "faithfulness-correlation",
    "whether the map's sum over random sets of pixels goes with what blackening them takes from "
    "the target",
    "Bhatt et al. 2020, arXiv:2005.00631",
    faithfulness_correlation_statistics,
    faithfulness_correlation_params,
    {.passes = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<FaithfulnessCorrelation>(params);
    }};

}  // namespace arcadecam::measure
