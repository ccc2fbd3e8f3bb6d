#include "measure/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "arcadecam/core/random.h"

namespace arcadecam::measure {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

Cluster total(std::span<const Cluster> clusters) {
  Cluster all;
  for (const Cluster& cluster : clusters) {
    all.sum += cluster.sum;
    all.squares += cluster.squares;
    all.count += cluster.count;
  }
  return all;
}

/// Linear interpolation between order statistics, as NumPy's quantile.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return std::lerp(sorted[low], sorted[high], at - static_cast<double>(low));
}

}  // namespace

void Cluster::add(double value) {
  sum += value;
  squares += value * value;
  ++count;
}

double mean(std::span<const Cluster> clusters) {
  const Cluster all = total(clusters);
  return all.count == 0 ? 0 : all.sum / static_cast<double>(all.count);
}

double deviation(std::span<const Cluster> clusters) {
  const Cluster all = total(clusters);
  if (all.count < 2) return 0;
  const auto n = static_cast<double>(all.count);
  return std::sqrt(std::max(0.0, (all.squares - all.sum * all.sum / n) / (n - 1)));
}

std::int64_t count(std::span<const Cluster> clusters) {
  return total(clusters).count;
}

Interval bootstrap(std::span<const Cluster> clusters, std::uint64_t seed, int draws) {
  std::vector<Cluster> filled;
  std::ranges::copy_if(clusters, std::back_inserter(filled),
                       [](const Cluster& cluster) { return cluster.count > 0; });
  if (filled.size() < 2) return {kUndefined, kUndefined};
  Random random(derive_seed(seed, 0, Stream::kMethod));
  std::vector<double> means;
  for (int draw = 0; draw < draws; ++draw) {
    double sum = 0;
    std::int64_t values = 0;
    for (std::size_t i = 0; i < filled.size(); ++i) {
      const Cluster& cluster = filled[static_cast<std::size_t>(random.below(filled.size()))];
      sum += cluster.sum;
      values += cluster.count;
    }
    means.push_back(sum / static_cast<double>(values));
  }
  std::ranges::sort(means);
  return {quantile(means, 0.025), quantile(means, 0.975)};
}

double sign_flip_p(std::span<const Cluster> differences, std::uint64_t seed) {
  std::vector<double> sums;
  for (const Cluster& cluster : differences) {
    if (cluster.count > 0) sums.push_back(cluster.sum);
  }
  if (sums.empty()) return 1;
  const double observed = std::abs(std::accumulate(sums.begin(), sums.end(), 0.0));
  double scale = 0;
  for (const double sum : sums) scale += std::abs(sum);
  // Flips that give the observed value but for rounding count as it.
  const double enough = observed - 1e-12 * scale;
  const auto reaches = [&](std::uint64_t signs) {
    double sum = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) sum += (signs >> i & 1) != 0 ? -sums[i] : sums[i];
    return std::abs(sum) >= enough;
  };
  constexpr std::size_t kExact = 14;
  constexpr int kDraws = 10'000;
  std::int64_t reached = 0, tried = 0;
  if (sums.size() <= kExact) {
    for (std::uint64_t signs = 0; signs < std::uint64_t{1} << sums.size(); ++signs, ++tried)
      reached += reaches(signs) ? 1 : 0;
  } else {
    Random random(derive_seed(seed, 1, Stream::kMethod));
    reached = tried = 1;
    for (int draw = 0; draw < kDraws; ++draw, ++tried) {
      double sum = 0;
      for (const double value : sums) sum += (random.next() >> 63) != 0 ? -value : value;
      reached += std::abs(sum) >= enough ? 1 : 0;
    }
  }
  return static_cast<double>(reached) / static_cast<double>(tried);
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p[i]; });
  std::vector<double> corrected(p.size());
  double least = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    least = std::max(least, std::min(1.0, p[order[k]] * static_cast<double>(p.size() - k)));
    corrected[order[k]] = least;
  }
  return corrected;
}

std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> result(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    // The ranks first+1 … last, averaged.
    const double rank = static_cast<double>(first + 1 + last) / 2;
    for (; first < last; ++first) result[order[first]] = rank;
  }
  return result;
}

std::vector<double> ranks(std::span<const double> values, Direction direction) {
  if (direction != Direction::kHigher) return ranks(values);
  std::vector<double> negated;
  for (const double value : values) negated.push_back(-value);
  return ranks(negated);
}

double pearson(std::span<const double> a, std::span<const double> b) {
  const auto n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double both = 0, squares_a = 0, squares_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (a[i] - mean_a) * (b[i] - mean_b);
    squares_a += (a[i] - mean_a) * (a[i] - mean_a);
    squares_b += (b[i] - mean_b) * (b[i] - mean_b);
  }
  if (squares_a == 0 || squares_b == 0) return kUndefined;
  return both / std::sqrt(squares_a * squares_b);
}

double spearman(std::span<const double> a, std::span<const double> b) {
  return pearson(ranks(a), ranks(b));
}

}  // namespace arcadecam::measure
