// Whether the target rises with every pixel that is put on a black picture, weakest first.
#include <algorithm>
#include <array>

#include "measure/context.h"
#include "measure/pixel_order.h"
#include "measure/pixel_sets.h"

namespace arcadecam::measure {
namespace {

class Monotonicity final : public Scorer {
 public:
  explicit Monotonicity(const explain::Params& params)
      : pixels_(params.integer("pixels", 1, 1'000'000)) {}

  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    if (subject.attribution.says_nothing()) return;
    auto order = pixel_order(subject.map(), context.shared_random(subject.state));
    std::ranges::reverse(order);
    const std::vector<PixelSet> sets = steps_of(order, pixels_);
    if (sets.size() < 2) return;
    const auto observation = subject.state.observation.values();
    const auto plane = std::ssize(order);
    picture_.assign(observation.size(), 0.0F);
    std::vector<double> targets;
    context.forward(
        subject, std::ssize(sets),
        [&](std::int64_t index, std::span<float> values) {
          for (const std::int64_t pixel : sets[static_cast<std::size_t>(index)]) {
            for (std::int64_t at = pixel; at < std::ssize(picture_); at += plane)
              picture_[static_cast<std::size_t>(at)] =
                  static_cast<float>(observation[static_cast<std::size_t>(at)]);
          }
          std::ranges::copy(picture_, values.begin());
        },
        [&](std::int64_t /*index*/, const Scores& scores) { targets.push_back(scores.target); });
    int rises = 0;
    for (std::size_t i = 1; i < targets.size(); ++i) rises += targets[i] >= targets[i - 1] ? 1 : 0;
    const auto steps = static_cast<int>(targets.size()) - 1;
    found.push_back({"monotone", rises == steps ? 1.0 : 0.0});
    found.push_back({"rises", static_cast<double>(rises) / steps});
  }

 private:
  std::int64_t pixels_;
  std::vector<float> picture_;
};

std::span<const Statistic> monotonicity_statistics() {
  static constexpr std::array<Statistic, 2> kStatistics{
      {{"monotone", "the target falls at no step", Direction::kHigher, "share of the states"},
       {"rises", "share of the steps at which the target does not fall", Direction::kHigher, ""}}};
  return kStatistics;
}

std::span<const explain::Param> monotonicity_params() {
  static constexpr std::array<explain::Param, 2> kParams{
      {{"pixels", "84", "pixels that a step puts on the picture"},
       {"every", "5", "only every K-th state of an episode counts"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure monotonicity_entry{
    "monotonicity",
    "whether the target rises with every pixel that is put on black, weakest first",
    "Arya et al. 2019, arXiv:1909.03012",
    monotonicity_statistics,
    monotonicity_params,
    {.passes = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<Monotonicity>(params);
    }};

}  // namespace arcadecam::measure
