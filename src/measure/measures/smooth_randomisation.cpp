// Randomisation with the network's own noise averaged away: maps are means over noisy pictures.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "measure/context.h"
#include "measure/redrawn_layers.h"
#include "measure/similarity.h"

namespace arcadecam::measure {
namespace {

class SmoothRandomisation final : public Scorer {
 public:
  explicit SmoothRandomisation(const explain::Params& params)
      : samples_(params.integer("samples", 1, 10'000)) {}

  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    const std::size_t layers = layers_with_weights(context.graph()).size();
    if (layers == 0 || subject.attribution.says_nothing()) return;
    draw(context, subject);
    const Context::Fill fill = [&](std::int64_t index, std::span<float> values) {
      std::ranges::copy(noisy_[index].values(), values.begin());
    };
    Tensor smooth = start(subject), changed;
    context.explain(subject, samples_, fill, adding_to(smooth));
    MeanSimilarity mean;
    for (std::size_t k = 1; k <= layers; ++k) {
      changed = start(subject);
      context.explain_on(subject, {0, k}, samples_, fill, adding_to(changed));
      const auto like = similarity(smooth.view(), changed.view());
      if (!like) return;
      mean.add(*like);
      found.push_back(
          {"bottom-up", like->spearman, static_cast<double>(k) / static_cast<double>(layers)});
      if (k == layers) found.push_back({"all-spearman", like->spearman});
    }
    mean.report("", found);
  }

 private:
  /// The same noisy pictures for every network and method: normal noise of a tenth of the picture's
  /// range.
  void draw(Context& context, const Subject& subject) {
    constexpr double kShare = 0.1;
    const ByteTensor& observation = subject.state.observation;
    const auto [low, high] = std::ranges::minmax(observation.values());
    const double deviation = kShare * (high - low);
    Random random = context.shared_random(subject.state);
    noisy_.resize(observation.shape().batch_of(samples_));
    for (std::int64_t n = 0; n < samples_; ++n) {
      std::ranges::transform(observation.values(), noisy_[n].values().begin(),
                             [&](std::uint8_t value) {
                               return static_cast<float>(value + deviation * random.normal());
                             });
    }
  }

  static Tensor start(const Subject& subject) {
    Tensor sum(subject.attribution.map.shape());
    std::ranges::fill(sum.values(), 0.0F);
    return sum;
  }

  [[nodiscard]] Context::TakeMap adding_to(Tensor& mean) const {
    return [this, &mean](std::int64_t /*index*/, const explain::Attribution& one) {
      const auto map = one.map.values();
      for (std::size_t i = 0; i < map.size(); ++i)
        mean.values()[i] += map[i] / static_cast<float>(samples_);
    };
  }

  std::int64_t samples_;
  Tensor noisy_;
};

std::span<const Statistic> smooth_randomisation_statistics() {
  constexpr auto kLess = Direction::kLower;
  static constexpr std::array<Statistic, 4> kStatistics{{
      {"spearman", "cascade from the first layer, rank correlation", kLess, ""},
      {"ssim", "cascade from the first layer, SSIM", kLess, ""},
      {"hog", "cascade from the first layer, HOG correlation", kLess, ""},
      {"all-spearman", "all layers, rank correlation", kLess, ""},
  }};
  return kStatistics;
}

std::span<const explain::Param> smooth_randomisation_params() {
  static constexpr std::array<explain::Param, 2> kParams{
      {{"samples", "8", "noisy observations that maps are averaged over"},
       {"every", "20", "only every K-th state of an episode counts"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure smooth_randomisation_entry{
    "smooth-randomisation",
    "likeness of maps averaged over noisy pictures to those of networks with layers drawn at "
    "random",
    "Hedstroem et al. 2024, arXiv:2401.06465 (smooth MPRT)",
    smooth_randomisation_statistics,
    smooth_randomisation_params,
    {.explanations = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<SmoothRandomisation>(params);
    }};

}  // namespace arcadecam::measure
