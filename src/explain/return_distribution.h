#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace arcadecam::explain {

/// One action's categorical return distribution (Bellemare et al. 2017): softmax(logits) over the
/// atoms of an ascending support. Each function returns its scalar, and where `gradient` is not
/// empty writes the scalar's derivative with respect to the logits into it. Everything is borrowed.
class ReturnDistribution {
 public:
  ReturnDistribution(std::span<const float> logits, std::span<const float> support,
                     std::span<float> gradient);

  double logit(std::size_t atom) const;
  double probability(std::size_t atom) const;
  /// −Σ p·ln p
  double entropy() const;
  /// The mean return of the `share` (0 … 1] of probability that lies lowest or highest: the
  /// conditional value at risk (Rockafellar & Uryasev 2000, eq. 4). Piecewise linear in p; at a
  /// kink the derivative from inside the tail counts.
  double lower_tail(double share) const;
  double upper_tail(double share) const;

 private:
  /// The probability of an atom.
  [[nodiscard]] double p(std::size_t atom) const;
  /// Writes the derivative with respect to the logits, given that with respect to p.
  template <typename F>
  void differentiate(F&& by_probability) const;
  /// sign = 1: the lower tail; −1: the upper, as the lower tail of the mirrored support.
  double tail(double share, int sign) const;

  std::span<const float> logits_, support_;
  std::span<float> gradient_;
  std::vector<double> weights_;  ///< e^(logit − largest), whose sum is total_
  double top_ = 0, total_ = 0;
};

}  // namespace arcadecam::explain
