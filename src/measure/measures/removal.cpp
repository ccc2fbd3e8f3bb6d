// Whether what the map says of a set of pixels is what taking them away does.
#include <algorithm>
#include <array>
#include <string>

#include "measure/context.h"
#include "measure/pixel_sets.h"
#include "measure/statistics.h"

namespace arcadecam::measure {
namespace {

class Removal final : public Scorer {
 public:
  explicit Removal(const explain::Params& params) : sets_(params.integer("sets", 4, 100'000)) {}

  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    if (subject.attribution.says_nothing()) return;
    infidelity(context, subject, found);
    sensitivity(context, subject, found);
  }

 private:
  /// What the map says of each set and what blackening it takes from the target.
  void remove(Context& context, const Subject& subject, const std::vector<PixelSet>& sets) {
    said_ = sums_over(subject.signed_map(), sets);
    lost_ = losses(context, subject, sets);
  }

  /// Yeh et al. 2019, square patches; the map is scaled by the factor that fits best, and what is
  /// left is stated as a share of what there was to explain.
  void infidelity(Context& context, const Subject& subject, std::vector<Finding>& found) {
    const Shape& shape = context.graph().shape(0);
    const std::int64_t height = shape[1], width = shape[2];
    const std::int64_t side = std::max<std::int64_t>(1, std::min(height, width) / 7);
    Random random = context.shared_random(subject.state);
    std::vector<PixelSet> patches(static_cast<std::size_t>(sets_));
    for (PixelSet& patch : patches) {
      const auto top =
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(height - side + 1)));
      const auto left =
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(width - side + 1)));
      for (std::int64_t y = top; y < top + side; ++y)
        for (std::int64_t x = left; x < left + side; ++x) patch.push_back(y * width + x);
    }
    remove(context, subject, patches);
    double both = 0, said = 0, lost = 0;
    for (std::size_t i = 0; i < said_.size(); ++i) {
      both += said_[i] * lost_[i];
      said += said_[i] * said_[i];
      lost += lost_[i] * lost_[i];
    }
    if (lost == 0) return;  // nothing that was taken away matters
    found.push_back({"infidelity", said == 0 ? 1 : 1 - both * both / (said * lost)});
    found.push_back({"patches", or_none(pearson(said_, lost_))});
  }

  /// Ancona et al. 2018, over random sets of n pixels.
  void sensitivity(Context& context, const Subject& subject, std::vector<Finding>& found) {
    const auto pixels = static_cast<std::int64_t>(subject.map().size());
    SetDraw draw(pixels, context.shared_random(subject.state, 1));
    double total = 0;
    constexpr std::array<double, 3> kShares{0.01, 0.1, 0.5};
    for (const double share : kShares) {
      const auto n =
          std::max<std::int64_t>(1, static_cast<std::int64_t>(share * static_cast<double>(pixels)));
      std::vector<PixelSet> sets;
      for (std::int64_t set = 0; set < sets_; ++set) sets.push_back(draw.draw(n));
      remove(context, subject, sets);
      const double correlation = or_none(pearson(said_, lost_));
      total += correlation;
      found.push_back({"sensitivity-n", correlation, share});
    }
    found.push_back({"sensitivity-n", total / std::ssize(kShares)});
  }

  std::int64_t sets_;
  std::vector<double> said_, lost_;
};

std::span<const Statistic> removal_statistics() {
  static constexpr std::array<Statistic, 3> kStatistics{{
      {"infidelity", "share of the effects of patches that the map misses", Direction::kLower, ""},
      {"patches", "correlation of map and effect over patches", Direction::kHigher, ""},
      {"sensitivity-n", "correlation of map and effect over random sets of pixels",
       Direction::kHigher, ""},
  }};
  return kStatistics;
}

std::span<const explain::Param> removal_params() {
  static constexpr std::array<explain::Param, 2> kParams{
      {{"sets", "32", "patches, and sets of each size"},
       {"every", "2", "only every K-th state of an episode counts"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure removal_entry{
    "removal",
    "whether the map's sum over pixels is what blackening them takes from the target",
    "Yeh et al. 2019, arXiv:1901.09392 (infidelity); Ancona et al. 2018, arXiv:1711.06104 "
    "(sensitivity-n)",
    removal_statistics,
    removal_params,
    {.passes = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<Removal>(params);
    }};

}  // namespace arcadecam::measure
