// Whether states whose maps are strongest in the same places lead to the same action.
#include <algorithm>
#include <array>
#include <numeric>

#include "measure/context.h"
#include "measure/others.h"

namespace arcadecam::measure {
namespace {

class Consistency final : public Scorer {
 public:
  explicit Consistency(const explain::Params& params)
      : grid_(params.integer("grid", 1, 1000)), cells_(params.integer("cells", 1, 1000)) {}

  void remember(const Subject& subject) override {
    const bool says_nothing = subject.attribution.says_nothing();
    actions_.push_back(says_nothing ? kNoMap : explain::argmax(subject.values));
    if (!says_nothing) labels_.push_back(strongest_cells(subject.attribution.map.view()));
  }

  std::vector<std::vector<Finding>> compare_all() override {
    const auto alike = [&](std::size_t i, std::size_t j) { return labels_[i] == labels_[j]; };
    auto found = findings_of(actions_, alike, {"consistency", "over-chance", "alike"});
    actions_.clear();
    labels_.clear();
    return found;
  }

 private:
  /// Those of the cells that hold most of the map, in the order of their places. Fewer where fewer
  /// hold anything.
  [[nodiscard]] std::vector<std::int64_t> strongest_cells(TensorView map) const {
    const std::int64_t height = map.shape()[0], width = map.shape()[1];
    std::vector<double> sums(static_cast<std::size_t>(grid_ * grid_), 0.0);
    for (std::int64_t y = 0; y < height; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        const std::int64_t cell = y * grid_ / height * grid_ + x * grid_ / width;
        sums[static_cast<std::size_t>(cell)] += static_cast<double>(map.data()[y * width + x]);
      }
    }
    std::vector<std::int64_t> order(sums.size());
    std::iota(order.begin(), order.end(), std::int64_t{0});
    const auto sum_of = [&](std::int64_t cell) { return sums[static_cast<std::size_t>(cell)]; };
    std::ranges::stable_sort(order, std::greater<>(), sum_of);
    order.resize(std::min(order.size(), static_cast<std::size_t>(cells_)));
    std::erase_if(order, [&](std::int64_t cell) { return sum_of(cell) <= 0; });
    std::ranges::sort(order);
    return order;
  }

  std::int64_t grid_, cells_;
  std::vector<int> actions_;                       ///< of each state; kNoMap where its map says
                                                   ///< nothing
  std::vector<std::vector<std::int64_t>> labels_;  ///< of the others
};

std::span<const Statistic> consistency_statistics() {
  static constexpr std::array<Statistic, 3> kStatistics{
      {{"consistency", "same action in states of a like map", Direction::kHigher,
        "share of these states"},
       {"over-chance", "the same minus its share in all other states", Direction::kHigher, ""},
       {"alike", "states of a like map", Direction::kNone, "share of the other states"}}};
  return kStatistics;
}

std::span<const explain::Param> consistency_params() {
  static constexpr std::array<explain::Param, 2> kParams{
      {{"grid", "7", "cells of the picture in a row and in a column"},
       {"cells", "2", "maps are alike whose so many strongest cells are the same"}}};
  return kParams;
}

}  // namespace

extern constinit const Measure consistency_entry{
    "consistency",
    "whether states whose maps are strongest in the same places lead to the same action",
    "Dasgupta et al. 2022, arXiv:2202.00734",
    consistency_statistics,
    consistency_params,
    {.all_states = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<Consistency>(params);
    }};

}  // namespace arcadecam::measure
