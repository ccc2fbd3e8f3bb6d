#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arcadecam/core/tensor.h"
#include "measure/measure.h"

namespace arcadecam::measure {

/// How similar two maps of the same size H×W are; 1: equal.
struct Similarity {
  double spearman;  ///< rank correlation of the pixels
  double ssim;      ///< structural similarity in two dimensions
  double hog;       ///< Pearson correlation of histograms of oriented gradients
};

/// The mean of similarities.
class MeanSimilarity {
 public:
  void add(const Similarity& one);
  /// No value before the first add().
  [[nodiscard]] std::optional<Similarity> value() const;
  /// Appends the findings PREFIXspearman, PREFIXssim and PREFIXhog, or none before the first add().
  void report(const std::string& prefix, std::vector<Finding>& found) const;

 private:
  Similarity sum_{0, 0, 0};
  int count_ = 0;
};

/// Wang et al. 2004 with uniform 7×7 windows, K = (0.01, 0.03), values 0…1, sample covariances, the
/// mean over all windows that lie inside: scikit-image's defaults. Maps of 7×7 at least.
double structural_similarity(TensorView a, TensorView b);

/// Nine unsigned orientations over cells of 3×3 pixels, central differences, every cell's histogram
/// scaled to length 1; correlated over all of them. 0 where one map has no edges.
double hog_correlation(TensorView a, TensorView b);

/// No value where `a` is constant. Where only `b` is constant, the correlations are 0, since
/// everything that the map said is gone.
std::optional<Similarity> similarity(TensorView a, TensorView b);

/// Spearman's correlation under the same rules.
std::optional<double> rank_correlation(std::span<const float> a, std::span<const float> b);

/// Entropy in nats of the histogram of a map's values, 0…1, in 100 bins (Hedström et al. 2024).
double histogram_entropy(std::span<const float> map);

}  // namespace arcadecam::measure
