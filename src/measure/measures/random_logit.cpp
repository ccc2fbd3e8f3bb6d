// Whether the map depends on the decision: that of another action should differ.
#include <array>

#include "measure/context.h"
#include "measure/similarity.h"

namespace arcadecam::measure {
namespace {

class RandomLogit final : public Scorer {
 public:
  void score(Context& context, const Subject& subject, std::vector<Finding>& found) override {
    const auto actions = static_cast<std::uint64_t>(subject.values.size());
    if (actions < 2) return;
    Random random = context.shared_random(subject.state);
    const auto drawn = static_cast<int>(random.below(actions - 1));
    const int other = drawn + (drawn >= subject.action ? 1 : 0);
    const explain::Attribution* attribution = context.explain_other(subject, other);
    if (attribution == nullptr) return;
    const auto like = similarity(subject.attribution.map.view(), attribution->map.view());
    if (!like) return;
    found.push_back({"spearman", like->spearman});
    found.push_back({"ssim", like->ssim});
    found.push_back({"hog", like->hog});
  }
};

std::span<const Statistic> random_logit_statistics() {
  static constexpr std::array<Statistic, 3> kStatistics{{
      {"spearman", "rank correlation", Direction::kLower, ""},
      {"ssim", "SSIM", Direction::kLower, ""},
      {"hog", "HOG correlation", Direction::kLower, ""},
  }};
  return kStatistics;
}

}  // namespace

extern constinit const Measure random_logit_entry{
    "random-logit",
    "likeness to the same method's map of another action, drawn at random",
    "Sixt et al. 2020, arXiv:1912.09818",
    random_logit_statistics,
    [] { return std::span<const explain::Param>(); },
    {.explanations = true},
    [](const explain::Params& /*params*/) -> std::unique_ptr<Scorer> {
      return std::make_unique<RandomLogit>();
    }};

}  // namespace arcadecam::measure
