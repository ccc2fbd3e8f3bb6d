#include "sweep/student.h"

#include <cmath>

namespace arcadecam::sweep {
namespace {

/// ln B(a, b). lgamma() writes a global, which lgamma_r() does not.
double log_beta(double a, double b) {
  int sign = 0;
  return lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign);
}

/// The continued fraction of I_x(a, b), evaluated from its far end; it converges quickly for
/// x < (a + 1)/(a + b + 2).
double beta_fraction(double a, double b, double x) {
  constexpr int kTerms = 2000;
  double value = 0;
  for (int m = kTerms; m >= 1; --m) {
    const double k = m / 2;  // NOLINT(bugprone-integer-division): pairs of terms
    const double term = m % 2 == 0 ? k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
                                   : -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1));
    value = term / (1 + value);
  }
  return 1 / (1 + value);
}

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(a * std::log(x) + b * std::log1p(-x) - log_beta(a, b));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

}  // namespace

double student_p(double t, double degrees) {
  if (std::isinf(t)) return 0;
  return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t));
}

}  // namespace arcadecam::sweep
