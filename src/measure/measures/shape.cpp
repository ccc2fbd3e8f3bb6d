// How much of the picture a map covers: sharpness as a number.
#include <algorithm>
#include <array>
#include <cmath>

#include "measure/measure.h"

namespace arcadecam::measure {
namespace {

/// Chalasani et al. 2020 as Quantus 0.6.0 computes it: the Gini index of |a| + 1e-7.
double sparseness(std::vector<double> sizes) {
  std::ranges::sort(sizes);
  const auto n = static_cast<double>(sizes.size());
  double sum = 0, weighted = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const double size = sizes[i] + 1e-7;
    sum += size;
    weighted += (2 * static_cast<double>(i + 1) - n - 1) * size;
  }
  return weighted / (n * sum);
}

/// Bhatt et al. 2020 as Quantus 0.6.0 computes it: the entropy of |a| / Σ|a|, in nats.
double complexity(const std::vector<double>& sizes, double total) {
  double entropy = 0;
  for (const double size : sizes) entropy -= size / total * std::log(size / total + 1e-12);
  return entropy;
}

/// (Σ|a|)² / (n·Σa²): the share of pixels that a map of equal values on some and zero elsewhere
/// would cover with the same concentration (inverse participation ratio).
double effective_area(const std::vector<double>& sizes, double total) {
  double squares = 0;
  for (const double size : sizes) squares += size * size;
  return total * total / (static_cast<double>(sizes.size()) * squares);
}

/// The smallest share of pixels that holds half of the map.
double half_area(std::vector<double> sizes, double total) {
  std::ranges::sort(sizes, std::greater<>());
  double sum = 0;
  std::size_t count = 0;
  while (count < sizes.size() && sum < total / 2) sum += sizes[count++];
  return static_cast<double>(count) / static_cast<double>(sizes.size());
}

class ShapeScorer final : public Scorer {
 public:
  void score(Context& /*context*/, const Subject& subject, std::vector<Finding>& found) override {
    std::vector<double> sizes;
    double total = 0;
    for (const float value : subject.map()) total += sizes.emplace_back(std::abs(value));
    found.push_back({"empty", total == 0 ? 1.0 : 0.0});
    if (total == 0) return;  // a map that says nothing has no shape
    found.push_back({"sparseness", sparseness(sizes)});
    found.push_back({"complexity", complexity(sizes, total)});
    found.push_back({"effective-area", effective_area(sizes, total)});
    found.push_back({"half-area", half_area(sizes, total)});
  }
};

std::span<const Statistic> shape_statistics() {
  static constexpr std::array<Statistic, 5> kStatistics{{
      {"sparseness", "Gini index", Direction::kHigher, ""},
      {"complexity", "entropy", Direction::kLower, "nats"},
      {"effective-area", "effective area", Direction::kLower, "share of the picture"},
      {"half-area", "area of the strongest half", Direction::kLower, "share of the picture"},
      {"empty", "maps that say nothing", Direction::kLower, "share of the states"},
  }};
  return kStatistics;
}

}  // namespace

extern constinit const Measure shape_entry{
    "shape",
    "how concentrated the map is",
    "Chalasani et al. 2020 (sparseness); Bhatt et al. 2020 (complexity)",
    shape_statistics,
    [] { return std::span<const explain::Param>(); },
    {},
    [](const explain::Params& /*params*/) -> std::unique_ptr<Scorer> {
      return std::make_unique<ShapeScorer>();
    }};

}  // namespace arcadecam::measure
