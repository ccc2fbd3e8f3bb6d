#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "measure/measure.h"

namespace arcadecam::measure {

/// Values of one statistic, apart by episode: states of one episode resemble each other, so
/// episodes are what is resampled.
struct Cluster {
  double sum = 0, squares = 0;
  std::int64_t count = 0;

  void add(double value);
};

/// Over all values of all clusters; 0 where there are none.
double mean(std::span<const Cluster> clusters);
/// Sample standard deviation; 0 for fewer than two values.
double deviation(std::span<const Cluster> clusters);
std::int64_t count(std::span<const Cluster> clusters);

struct Interval {
  double low, high;
};

/// Cluster bootstrap (Davison & Hinkley 1997, section 3.8): 95 % percentile interval of the mean
/// over `draws` resamples of the clusters with replacement. One cluster with values gives no
/// interval: both ends are NaN.
Interval bootstrap(std::span<const Cluster> clusters, std::uint64_t seed, int draws = 2000);

/// Paired differences: two-sided p of the mean by flipping the signs of whole clusters (Fisher's
/// randomisation test). All 2^k flips up to 14 clusters, else 10,000 drawn ones, the observed one
/// counted. With k clusters p is 2^(1−k) at least. 1 where there are no values.
double sign_flip_p(std::span<const Cluster> differences, std::uint64_t seed);

/// Holm's step-down correction (1979) of p values, in their order.
std::vector<double> holm(std::span<const double> p);

/// Ranks from 1, ties averaged, ascending.
std::vector<double> ranks(std::span<const double> values);
/// The same, 1 for the best; of statistics that have no better, ascending.
std::vector<double> ranks(std::span<const double> values, Direction direction);

/// Pearson's correlation; NaN where one side is constant.
double pearson(std::span<const double> a, std::span<const double> b);
/// Pearson's correlation of the ranks, ties averaged.
double spearman(std::span<const double> a, std::span<const double> b);

}  // namespace arcadecam::measure
