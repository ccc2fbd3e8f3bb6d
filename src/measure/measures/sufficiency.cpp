// Whether states whose maps are near each other lead to the same action.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "measure/context.h"
#include "measure/others.h"

namespace arcadecam::measure {
namespace {

class Sufficiency final : public Scorer {
 public:
  explicit Sufficiency(const explain::Params& params)
      : nearest_(params.number("nearest", 0, 100) / 100) {
    if (!params.text("within").empty()) within_ = params.number("within", 0, 1);
  }

  void remember(const Subject& subject) override {
    const int action = explain::argmax(subject.values);
    const bool says_nothing = subject.attribution.says_nothing();
    actions_.push_back(says_nothing ? kNoMap : action);
    if (says_nothing) return;
    const auto map = subject.map();
    pixels_ = map.size();
    maps_.insert(maps_.end(), map.begin(), map.end());
  }

  std::vector<std::vector<Finding>> compare_all() override {
    standardise();
    const std::vector<float> distances = squared_distances();
    const double limit = limit_of(distances);
    // Only those that have a map count: the distance of i and j < i is number i·(i − 1)/2 + j.
    const auto near = [&](std::size_t i, std::size_t j) {
      if (i < j) std::swap(i, j);
      return static_cast<double>(distances[i * (i - 1) / 2 + j]) <= limit;
    };
    auto found = findings_of(actions_, near, {"sufficiency", "over-chance", "near"});
    actions_.clear();
    maps_.clear();
    return found;
  }

 private:
  [[nodiscard]] std::size_t count() const { return pixels_ == 0 ? 0 : maps_.size() / pixels_; }

  /// Divides every pixel by its standard deviation over the maps. One that never varies says
  /// nothing of how far maps are apart.
  void standardise() {
    const std::size_t states = count();
    for (std::size_t pixel = 0; pixel < pixels_; ++pixel) {
      double sum = 0, squares = 0;
      for (std::size_t i = 0; i < states; ++i)
        sum += static_cast<double>(maps_[i * pixels_ + pixel]);
      const double mean = sum / static_cast<double>(std::max<std::size_t>(states, 1));
      for (std::size_t i = 0; i < states; ++i) {
        const double apart = static_cast<double>(maps_[i * pixels_ + pixel]) - mean;
        squares += apart * apart;
      }
      const double deviation =
          states < 2 ? 0 : std::sqrt(squares / static_cast<double>(states - 1));
      for (std::size_t i = 0; i < states; ++i) {
        float& value = maps_[i * pixels_ + pixel];
        value = deviation > 0 ? static_cast<float>(static_cast<double>(value) / deviation) : 0.0F;
      }
    }
  }

  [[nodiscard]] std::vector<float> squared_distances() const {
    std::vector<float> distances;
    for (std::size_t i = 1; i < count(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const float* a = maps_.data() + i * pixels_;
        const float* b = maps_.data() + j * pixels_;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (std::size_t pixel = 0; pixel < pixels_; ++pixel)
          sum += (a[pixel] - b[pixel]) * (a[pixel] - b[pixel]);
        distances.push_back(sum);
      }
    }
    return distances;
  }

  /// The largest squared distance that counts as near.
  [[nodiscard]] double limit_of(std::vector<float> distances) const {
    if (distances.empty()) return 0;
    if (within_)
      return *within_ * *within_ * static_cast<double>(*std::ranges::max_element(distances));
    const auto pairs = static_cast<double>(distances.size());
    const auto last = std::max<std::int64_t>(1, std::llround(nearest_ * pairs)) - 1;
    std::ranges::nth_element(distances, distances.begin() + last);
    return static_cast<double>(distances[static_cast<std::size_t>(last)]);
  }

  double nearest_;
  std::optional<double> within_;
  std::size_t pixels_ = 0;
  std::vector<int> actions_;  ///< of each state; kNoMap where its map says nothing
  std::vector<float> maps_;   ///< of the others, one after the other
};

std::span<const Statistic> sufficiency_statistics() {
  static constexpr std::array<Statistic, 3> kStatistics{
      {{"sufficiency", "same action in states of a near map", Direction::kHigher,
        "share of these states"},
       {"over-chance", "the same minus its share in all other states", Direction::kHigher, ""},
       {"near", "states of a near map", Direction::kNone, "share of the other states"}}};
  return kStatistics;
}

std::span<const explain::Param> sufficiency_params() {
  static constexpr std::array<explain::Param, 2> kParams{
      {{"nearest", "5", "per cent of all pairs of states whose maps count as near"},
       {"within", "",
        "instead, maps are near that are at most so far apart, as a share of the largest "
        "distance"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure sufficiency_entry{
    "sufficiency",
    "whether states whose maps are near each other lead to the same action",
    "Dasgupta et al. 2022, arXiv:2202.00734",
    sufficiency_statistics,
    sufficiency_params,
    {.all_states = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<Sufficiency>(params);
    }};

}  // namespace arcadecam::measure
