#include "measure/similarity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "measure/statistics.h"

namespace arcadecam::measure {
namespace {

bool is_constant(std::span<const float> values) {
  return std::ranges::all_of(values, [&](float value) { return value == values.front(); });
}

constexpr int kOrientations = 9;
constexpr std::int64_t kCell = 3;

/// The histograms of all whole cells, one after the other.
std::vector<double> histograms(TensorView map) {
  const std::int64_t height = map.shape()[0], width = map.shape()[1];
  const std::int64_t rows = height / kCell, columns = width / kCell;
  std::vector<double> result(static_cast<std::size_t>(rows * columns * kOrientations), 0.0);
  const auto at = [&](std::int64_t y, std::int64_t x) {
    return static_cast<double>(map.data()[std::clamp<std::int64_t>(y, 0, height - 1) * width +
                                          std::clamp<std::int64_t>(x, 0, width - 1)]);
  };
  for (std::int64_t y = 0; y < rows * kCell; ++y) {
    for (std::int64_t x = 0; x < columns * kCell; ++x) {
      const double down = at(y + 1, x) - at(y - 1, x), right = at(y, x + 1) - at(y, x - 1);
      const double length = std::hypot(down, right);
      if (length == 0) continue;
      double angle = std::atan2(down, right) / std::numbers::pi;  // −1 … 1; opposite ones are one
      if (angle < 0) angle += 1;
      const int bin = static_cast<int>(angle * kOrientations) % kOrientations;
      const std::int64_t cell = y / kCell * columns + x / kCell;
      result[static_cast<std::size_t>(cell * kOrientations + bin)] += length;
    }
  }
  for (std::size_t cell = 0; cell < result.size(); cell += kOrientations) {
    double squares = 0;
    for (std::size_t i = cell; i < cell + kOrientations; ++i) squares += result[i] * result[i];
    if (squares == 0) continue;
    for (std::size_t i = cell; i < cell + kOrientations; ++i) result[i] /= std::sqrt(squares);
  }
  return result;
}

}  // namespace

void MeanSimilarity::add(const Similarity& one) {
  sum_.spearman += one.spearman;
  sum_.ssim += one.ssim;
  sum_.hog += one.hog;
  ++count_;
}

std::optional<Similarity> MeanSimilarity::value() const {
  if (count_ == 0) return std::nullopt;
  return Similarity{sum_.spearman / count_, sum_.ssim / count_, sum_.hog / count_};
}

void MeanSimilarity::report(const std::string& prefix, std::vector<Finding>& found) const {
  const auto mean = value();
  if (!mean) return;
  found.push_back({prefix + "spearman", mean->spearman});
  found.push_back({prefix + "ssim", mean->ssim});
  found.push_back({prefix + "hog", mean->hog});
}

double structural_similarity(TensorView a, TensorView b) {
  constexpr std::int64_t kWindow = 7;
  constexpr double kSize = kWindow * kWindow, kC1 = 0.01 * 0.01, kC2 = 0.03 * 0.03;
  const std::int64_t height = a.shape()[0], width = a.shape()[1];
  double total = 0;
  std::int64_t count = 0;
  // Sums over the rows of every column's window, so that a window is seven of them.
  struct Sums {
    double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
  };
  std::vector<Sums> columns(static_cast<std::size_t>(width));
  for (std::int64_t top = 0; top + kWindow <= height; ++top) {
    for (std::int64_t x = 0; x < width; ++x) {
      Sums sums;
      for (std::int64_t y = top; y < top + kWindow; ++y) {
        const double va = a.data()[y * width + x], vb = b.data()[y * width + x];
        sums.a += va;
        sums.b += vb;
        sums.aa += va * va;
        sums.bb += vb * vb;
        sums.ab += va * vb;
      }
      columns[static_cast<std::size_t>(x)] = sums;
    }
    for (std::int64_t left = 0; left + kWindow <= width; ++left) {
      Sums all;
      for (std::int64_t x = left; x < left + kWindow; ++x) {
        const Sums& column = columns[static_cast<std::size_t>(x)];
        all.a += column.a;
        all.b += column.b;
        all.aa += column.aa;
        all.bb += column.bb;
        all.ab += column.ab;
      }
      const double mean_a = all.a / kSize, mean_b = all.b / kSize;
      const double variance_a = (all.aa - kSize * mean_a * mean_a) / (kSize - 1);
      const double variance_b = (all.bb - kSize * mean_b * mean_b) / (kSize - 1);
      const double covariance = (all.ab - kSize * mean_a * mean_b) / (kSize - 1);
      total += (2 * mean_a * mean_b + kC1) * (2 * covariance + kC2) /
               ((mean_a * mean_a + mean_b * mean_b + kC1) * (variance_a + variance_b + kC2));
      ++count;
    }
  }
  return count == 0 ? 1 : total / static_cast<double>(count);
}

double hog_correlation(TensorView a, TensorView b) {
  const double correlation = pearson(histograms(a), histograms(b));
  return std::isnan(correlation) ? 0 : correlation;
}

std::optional<double> rank_correlation(std::span<const float> a, std::span<const float> b) {
  if (is_constant(a)) return std::nullopt;
  if (is_constant(b)) return 0;
  return spearman(std::vector<double>(a.begin(), a.end()), std::vector<double>(b.begin(), b.end()));
}

std::optional<Similarity> similarity(TensorView a, TensorView b) {
  const auto correlation = rank_correlation(a.values(), b.values());
  if (!correlation) return std::nullopt;
  return Similarity{*correlation, structural_similarity(a, b), hog_correlation(a, b)};
}

double histogram_entropy(std::span<const float> map) {
  constexpr std::size_t kBins = 100;
  std::array<double, kBins> counts{};
  for (const float value : map) {
    const auto bin = static_cast<std::size_t>(std::max(0.0, static_cast<double>(value)) * kBins);
    counts[std::min(bin, kBins - 1)] += 1;
  }
  double entropy = 0;
  for (const double count : counts) {
    const double share = count / static_cast<double>(map.size());
    if (share > 0) entropy -= share * std::log(share);
  }
  return entropy;
}

}  // namespace arcadecam::measure
