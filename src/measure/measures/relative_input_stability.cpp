// How much the map changes relative to how much the picture does.
#include <array>
#include <cmath>

#include "measure/context.h"
#include "measure/stability.h"

namespace arcadecam::measure {
namespace {

class RelativeInputStability final : public Scorer {
 public:
  explicit RelativeInputStability(const explain::Params& params)
      : samples_(params.integer("samples", 1, 10'000)), reach_(params.number("reach", 1e-4, 1)) {}

  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    if (subject.attribution.says_nothing()) return;
    const auto pictures = noisy_pictures(subject.state.observation, samples_, reach_,
                                         context.shared_random(subject.state));
    const auto changes = relative_changes(context, subject, pictures);
    const auto largest = largest_ratio(changes, &RelativeChange::picture);
    if (!largest) return;
    found.push_back({"largest", *largest});
    if (*largest > 0) found.push_back({"log10", std::log10(*largest)});
  }

 private:
  std::int64_t samples_;
  double reach_;
};

std::span<const Statistic> relative_input_stability_statistics() {
  static constexpr std::array<Statistic, 2> kStatistics{
      {{"largest", "largest relative change of the map per relative change of the picture",
        Direction::kLower, ""},
       {"log10", "its decimal logarithm", Direction::kLower, ""}}};
  return kStatistics;
}

std::span<const explain::Param> relative_input_stability_params() {
  static constexpr std::array<explain::Param, 3> kParams{
      {{"samples", "8", "noisy observations"},
       {"reach", "0.05", "the noise is uniform within ± this share of white"},
       {"every", "5", "only every K-th state of an episode counts"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure relative_input_stability_entry{
    "relative-input-stability",
    "how much the map changes relative to the picture",
    "Agarwal et al. 2022, arXiv:2203.06877",
    relative_input_stability_statistics,
    relative_input_stability_params,
    {.explanations = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<RelativeInputStability>(params);
    }};

}  // namespace arcadecam::measure
