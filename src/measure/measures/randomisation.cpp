// Whether the map depends on what was learned: layers are drawn at random, and the map should
// change.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "measure/context.h"
#include "measure/redrawn_layers.h"
#include "measure/similarity.h"

namespace arcadecam::measure {
namespace {

class Randomisation final : public Scorer {
 public:
  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    const std::size_t count = layers_with_weights(context.graph()).size();
    if (count == 0 || subject.attribution.says_nothing()) return;
    known_.clear();
    MeanSimilarity down, up, alone;
    for (std::size_t k = 1; k <= count; ++k) {
      const double share = static_cast<double>(k) / static_cast<double>(count);
      compare(context, subject, count - k, count, down, "top-down", share, found);
      compare(context, subject, 0, k, up, "bottom-up", share, found);
      compare(context, subject, k - 1, k, alone, "independent", share, found);
    }
    down.report("top-down-", found);
    up.report("bottom-up-", found);
    alone.report("independent-", found);
    if (const auto& head = like(context, subject, count - 1, count).similarity)
      found.push_back({"head-spearman", head->spearman});
    const Likeness& all = like(context, subject, 0, count);
    if (all.similarity) {
      found.push_back({"all-spearman", all.similarity->spearman});
      const double before = histogram_entropy(subject.map());
      if (before > 0) found.push_back({"entropy-rise", (all.entropy - before) / before});
    }
  }

 private:
  struct Likeness {
    std::optional<Similarity> similarity;
    double entropy = 0;  ///< of the other map
  };

  /// To the map with layers first … last−1 drawn at random. The three orders meet in some of them.
  const Likeness& like(Context& context, const Subject& subject, std::size_t first,
                       std::size_t last) {
    const auto [at, is_new] = known_.try_emplace({first, last});
    if (is_new) {
      const explain::Attribution& other = context.explain_on(subject, {first, last});
      at->second = {similarity(subject.attribution.map.view(), other.map.view()),
                    histogram_entropy(other.map.values())};
    }
    return at->second;
  }
  void compare(Context& context, const Subject& subject, std::size_t first, std::size_t last,
               MeanSimilarity& mean, const std::string& order, double share,
               std::vector<Finding>& found) {
    const auto& one = like(context, subject, first, last).similarity;
    if (!one) return;
    mean.add(*one);
    found.push_back({order, one->spearman, share});
  }

  std::map<std::pair<std::size_t, std::size_t>, Likeness> known_;  ///< of this subject
};

std::span<const Statistic> randomisation_statistics() {
  constexpr auto kLess = Direction::kLower;
  static constexpr std::array<Statistic, 12> kStatistics{{
      {"top-down-spearman", "cascade from the last layer, rank correlation", kLess, ""},
      {"top-down-ssim", "cascade from the last layer, SSIM", kLess, ""},
      {"top-down-hog", "cascade from the last layer, HOG correlation", kLess, ""},
      {"bottom-up-spearman", "cascade from the first layer, rank correlation", kLess, ""},
      {"bottom-up-ssim", "cascade from the first layer, SSIM", kLess, ""},
      {"bottom-up-hog", "cascade from the first layer, HOG correlation", kLess, ""},
      {"independent-spearman", "one layer at a time, rank correlation", kLess, ""},
      {"independent-ssim", "one layer at a time, SSIM", kLess, ""},
      {"independent-hog", "one layer at a time, HOG correlation", kLess, ""},
      {"head-spearman", "the last layer alone, rank correlation", kLess, ""},
      {"all-spearman", "all layers, rank correlation", kLess, ""},
      {"entropy-rise", "rise of the map's entropy, all layers", Direction::kHigher, ""},
  }};
  return kStatistics;
}

std::span<const explain::Param> randomisation_params() {
  static constexpr std::array<explain::Param, 1> kParams{
      {{"every", "5", "only every K-th state of an episode counts"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure randomisation_entry{
    "randomisation",
    "likeness to the map of the network with layers drawn at random: a map of what was learned "
    "changes",
    "Adebayo et al. 2018, arXiv:1810.03292; Hedstroem et al. 2024, arXiv:2401.06465 (entropy)",
    randomisation_statistics,
    randomisation_params,
    {.explanations = true},
    [](const explain::Params& /*params*/) -> std::unique_ptr<Scorer> {
      return std::make_unique<Randomisation>();
    }};

}  // namespace arcadecam::measure
