// Whether what the map says of a set of pixels is what taking them away does.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "measure/context.h"
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
  using Pixels = std::vector<std::int64_t>;

  /// Takes the pixels of each set away (black, all planes): what the map says of them, and by how
  /// much the target falls.
  void remove(Context& context, const Subject& subject, const std::vector<Pixels>& sets) {
    const auto map = subject.signed_map();
    const auto plane = std::ssize(map);
    said_.clear();
    fell_.clear();
    context.forward(
        subject, std::ssize(sets),
        [&](std::int64_t index, std::span<float> values) {
          std::ranges::copy(subject.state.observation.values(), values.begin());
          double sum = 0;
          for (const std::int64_t pixel : sets[static_cast<std::size_t>(index)]) {
            sum += static_cast<double>(map[static_cast<std::size_t>(pixel)]);
            for (std::int64_t at = pixel; at < std::ssize(values); at += plane)
              values[static_cast<std::size_t>(at)] = 0;
          }
          said_.push_back(sum);
        },
        [&](std::int64_t /*index*/, const Scores& scores) {
          fell_.push_back(subject.value - scores.target);
        });
  }

  /// Yeh et al. 2019, square patches; the map is scaled by the factor that fits best, and what is
  /// left is stated as a share of what there was to explain.
  void infidelity(Context& context, const Subject& subject, std::vector<Finding>& found) {
    const Shape& shape = context.graph().shape(0);
    const std::int64_t height = shape[1], width = shape[2];
    const std::int64_t side = std::max<std::int64_t>(1, std::min(height, width) / 7);
    Random random = context.shared_random(subject.state);
    std::vector<Pixels> patches(static_cast<std::size_t>(sets_));
    for (Pixels& patch : patches) {
      const auto top =
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(height - side + 1)));
      const auto left =
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(width - side + 1)));
      for (std::int64_t y = top; y < top + side; ++y)
        for (std::int64_t x = left; x < left + side; ++x) patch.push_back(y * width + x);
    }
    remove(context, subject, patches);
    double both = 0, said = 0, fell = 0;
    for (std::size_t i = 0; i < said_.size(); ++i) {
      both += said_[i] * fell_[i];
      said += said_[i] * said_[i];
      fell += fell_[i] * fell_[i];
    }
    if (fell == 0) return;  // nothing that was taken away matters
    found.push_back({"infidelity", said == 0 ? 1 : 1 - both * both / (said * fell)});
    found.push_back({"patches", defined(pearson(said_, fell_))});
  }

  /// Ancona et al. 2018, over random sets of n pixels.
  void sensitivity(Context& context, const Subject& subject, std::vector<Finding>& found) {
    const auto pixels = static_cast<std::int64_t>(subject.map().size());
    Random random = context.shared_random(subject.state, 1);
    Pixels all(static_cast<std::size_t>(pixels));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
    double total = 0;
    constexpr std::array<double, 3> kShares{0.01, 0.1, 0.5};
    for (const double share : kShares) {
      const auto n =
          std::max<std::int64_t>(1, static_cast<std::int64_t>(share * static_cast<double>(pixels)));
      std::vector<Pixels> sets;
      for (std::int64_t set = 0; set < sets_; ++set) {
        for (std::int64_t i = 0; i < n; ++i) {
          const auto rest = static_cast<std::uint64_t>(pixels - i);
          std::swap(
              all[static_cast<std::size_t>(i)],
              all[static_cast<std::size_t>(i) + static_cast<std::size_t>(random.below(rest))]);
        }
        sets.emplace_back(all.begin(), all.begin() + n);
      }
      remove(context, subject, sets);
      const double correlation = defined(pearson(said_, fell_));
      total += correlation;
      found.push_back({"sensitivity-n", correlation, share});
    }
    found.push_back({"sensitivity-n", total / std::ssize(kShares)});
  }

  /// A map that says the same of every set agrees with none.
  static double defined(double correlation) { return std::isnan(correlation) ? 0 : correlation; }

  std::int64_t sets_;
  std::vector<double> said_, fell_;
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
