// What is left of the target when only what the map shows is left of the picture.
#include <algorithm>
#include <array>

#include "measure/context.h"

namespace arcadecam::measure {
namespace {

class AverageDrop final : public Scorer {
 public:
  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    const auto map = subject.map();
    double target = 0, advantage = 0;
    context.forward(
        subject, 1,
        [&](std::int64_t /*index*/, std::span<float> values) {
          const auto observation = subject.state.observation.values();
          for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<float>(observation[i]) * map[i % map.size()];
        },
        [&](std::int64_t /*index*/, const Scores& scores) {
          target = scores.target;
          advantage = scores.advantage;
        });
    found.push_back({"advantage", advantage});
    if (subject.value <= 0) return;  // a share of it means nothing
    found.push_back({"drop", 100 * std::max(0.0, subject.value - target) / subject.value});
    found.push_back({"increase", target > subject.value ? 100.0 : 0.0});
  }
};

std::span<const Statistic> average_drop_statistics() {
  static constexpr std::array<Statistic, 3> kStatistics{{
      {"drop", "average drop", Direction::kLower, "%"},
      {"increase", "increase", Direction::kHigher, "% of the states"},
      {"advantage", "advantage that is left", Direction::kHigher, kActionValue},
  }};
  return kStatistics;
}

}  // namespace

extern constinit const Measure average_drop_entry{
    "average-drop",
    "the target when every pixel is multiplied by the map",
    "Chattopadhay et al. 2018, arXiv:1710.11063 (Grad-CAM++)",
    average_drop_statistics,
    [] { return std::span<const explain::Param>(); },
    {.passes = true},
    [](const explain::Params& /*params*/) -> std::unique_ptr<Scorer> {
      return std::make_unique<AverageDrop>();
    }};

}  // namespace arcadecam::measure
