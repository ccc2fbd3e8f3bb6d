#include "explain/return_distribution.h"

#include <algorithm>
#include <cmath>

#include "core/softmax.h"

namespace arcadecam::explain {

ReturnDistribution::ReturnDistribution(std::span<const float> logits,
                                       std::span<const float> support, std::span<float> gradient)
    : logits_(logits), support_(support), gradient_(gradient) {
  top_ = *std::ranges::max_element(logits);
  weights_.resize(logits.size());
  total_ = exponentials(logits.data(), logits.size(), weights_.data());
}

double ReturnDistribution::p(std::size_t atom) const {
  return weights_[atom] / total_;
}

template <typename F>
void ReturnDistribution::differentiate(F&& by_probability) const {
  if (gradient_.empty()) return;
  // ∂f/∂logit_k = p_k (d_k − Σ_j p_j d_j) with d = ∂f/∂p.
  double mean = 0;
  for (std::size_t k = 0; k < logits_.size(); ++k) mean += p(k) * by_probability(k);
  for (std::size_t k = 0; k < logits_.size(); ++k)
    gradient_[k] = static_cast<float>(p(k) * (by_probability(k) - mean));
}

double ReturnDistribution::logit(std::size_t atom) const {
  if (!gradient_.empty()) gradient_[atom] = 1;
  return logits_[atom];
}

double ReturnDistribution::probability(std::size_t atom) const {
  differentiate([atom](std::size_t k) { return k == atom ? 1.0 : 0.0; });
  return p(atom);
}

double ReturnDistribution::entropy() const {
  // ln p without p, which may be too small for a double.
  const auto log_p = [this](std::size_t k) { return logits_[k] - top_ - std::log(total_); };
  // The constant −1 of ∂H/∂p cancels in the softmax.
  differentiate([&](std::size_t k) { return -log_p(k); });
  double result = 0;
  for (std::size_t k = 0; k < logits_.size(); ++k) result -= p(k) * log_p(k);
  return result;
}

double ReturnDistribution::lower_tail(double share) const {
  return tail(share, 1);
}

double ReturnDistribution::upper_tail(double share) const {
  return tail(share, -1);
}

double ReturnDistribution::tail(double share, int sign) const {
  const std::size_t atoms = logits_.size();
  const auto from_the_end = [&](std::size_t k) { return sign > 0 ? k : atoms - 1 - k; };
  double left = share, sum = 0, quantile = 0;
  for (std::size_t k = 0; k < atoms && left > 0; ++k) {
    const std::size_t atom = from_the_end(k);
    const double taken = std::min(left, p(atom));
    quantile = support_[atom];
    sum += taken * quantile;
    left -= taken;
  }
  // Rounding may leave a crumb of a whole distribution: it counts as the last atom's.
  sum += left * quantile;
  differentiate(
      [&](std::size_t k) { return std::min(sign * (support_[k] - quantile), 0.0) * sign / share; });
  return sum / share;
}

}  // namespace arcadecam::explain
