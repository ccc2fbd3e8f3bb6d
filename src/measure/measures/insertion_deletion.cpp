// What happens to the decision when the pixels that the map names first come, or go, first.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "measure/context.h"
#include "measure/pixel_order.h"
#include "measure/substrate.h"

namespace arcadecam::measure {
namespace {

/// (Σs − s₀/2 − s_n/2)/n: the area under the curve by the trapezoidal rule, per step.
double area_under(const std::vector<double>& curve) {
  double sum = 0;
  for (std::size_t i = 1; i < curve.size(); ++i) sum += (curve[i - 1] + curve[i]) / 2;
  return sum / static_cast<double>(curve.size() - 1);
}

class InsertionDeletion final : public Scorer {
 public:
  explicit InsertionDeletion(const explain::Params& params)
      : pixels_(params.integer("pixels", 1, 1'000'000)) {}

  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    const auto order = pixel_order(subject.map(), context.shared_random(subject.state));
    constexpr std::array<const char*, 3> kNames{"black", "noise", "blur"};
    const ByteTensor& observation = subject.state.observation;
    original_.resize(observation.shape());
    std::ranges::copy(observation.values(), original_.data());
    for (std::size_t i = 0; i < kSubstrates.size(); ++i) {
      const Tensor substrate =
          substrate_of(observation, kSubstrates[i], context.shared_random(subject.state, 1));
      const std::string name = kNames[i];
      follow(context, subject, order, substrate, original_, "insertion-" + name, found);
      follow(context, subject, order, original_, substrate, "deletion-" + name, found);
    }
  }

 private:
  /// Goes from one observation to another, pixel by pixel.
  void follow(Context& context, const Subject& subject, const std::vector<std::int64_t>& order,
              const Tensor& from, const Tensor& to, const std::string& name,
              std::vector<Finding>& found) {
    const auto count = std::ssize(order);
    const std::int64_t steps = (count + pixels_ - 1) / pixels_;
    current_ = from;
    std::int64_t done = 0;
    std::vector<double> raw, advantage;
    context.forward(
        subject, steps + 1,
        [&](std::int64_t step, std::span<float> values) {
          for (; done < std::min(count, step * pixels_); ++done) {
            for (std::int64_t plane = 0; plane < from.shape()[0]; ++plane) {
              const std::int64_t at = plane * count + order[static_cast<std::size_t>(done)];
              current_.data()[at] = to.data()[at];
            }
          }
          std::ranges::copy(current_.values(), values.begin());
        },
        [&](std::int64_t /*step*/, const Scores& scores) {
          raw.push_back(scores.target);
          advantage.push_back(scores.advantage);
        });
    found.push_back({name + "-raw", area_under(raw)});
    if (subject.value > 0) found.push_back({name + "-ratio", area_under(raw) / subject.value});
    found.push_back({name + "-advantage", area_under(advantage)});
    constexpr std::int64_t kPoints = 20;
    for (std::int64_t i = 0; i <= kPoints; ++i) {
      const auto at = static_cast<std::size_t>((i * steps + kPoints / 2) / kPoints);
      found.push_back({name, advantage[at], static_cast<double>(i) / kPoints});
    }
  }

  std::int64_t pixels_;
  Tensor original_, current_;
};

std::span<const Statistic> insertion_deletion_statistics() {
  constexpr auto kMore = Direction::kHigher, kLess = Direction::kLower;
  static constexpr std::array<Statistic, 18> kStatistics{{
      {"insertion-black-advantage", "insertion on black, advantage", kMore, kActionValue},
      {"insertion-noise-advantage", "insertion on noise, advantage", kMore, kActionValue},
      {"insertion-blur-advantage", "insertion on blur, advantage", kMore, kActionValue},
      {"deletion-black-advantage", "deletion to black, advantage", kLess, kActionValue},
      {"deletion-noise-advantage", "deletion to noise, advantage", kLess, kActionValue},
      {"deletion-blur-advantage", "deletion to blur, advantage", kLess, kActionValue},
      {"insertion-black-raw", "insertion on black, target", kMore, "target"},
      {"insertion-noise-raw", "insertion on noise, target", kMore, "target"},
      {"insertion-blur-raw", "insertion on blur, target", kMore, "target"},
      {"deletion-black-raw", "deletion to black, target", kLess, "target"},
      {"deletion-noise-raw", "deletion to noise, target", kLess, "target"},
      {"deletion-blur-raw", "deletion to blur, target", kLess, "target"},
      {"insertion-black-ratio", "insertion on black, share of the target", kMore, ""},
      {"insertion-noise-ratio", "insertion on noise, share of the target", kMore, ""},
      {"insertion-blur-ratio", "insertion on blur, share of the target", kMore, ""},
      {"deletion-black-ratio", "deletion to black, share of the target", kLess, ""},
      {"deletion-noise-ratio", "deletion to noise, share of the target", kLess, ""},
      {"deletion-blur-ratio", "deletion to blur, share of the target", kLess, ""},
  }};
  return kStatistics;
}

std::span<const explain::Param> insertion_deletion_params() {
  static constexpr std::array<explain::Param, 1> kParams{
      {{"pixels", "84", "pixels a step, all stacked frames together"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure insertion_deletion_entry{
    "insertion-deletion",
    "area under the curve of the decision while pixels come or go in the map's order",
    "Petsiuk et al. 2018 (RISE); Huber et al. 2022, arXiv:2101.07312 (84 pixels per step, "
    "advantage)",
    insertion_deletion_statistics,
    insertion_deletion_params,
    {.passes = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<InsertionDeletion>(params);
    }};

}  // namespace arcadecam::measure
