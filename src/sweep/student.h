#pragma once

namespace arcadecam::sweep {

/// Two-sided p of Student's t with that many degrees of freedom (above 0): the regularised
/// incomplete beta function I_x(df/2, 1/2) at x = df/(df + t²), by its continued fraction
/// (Abramowitz & Stegun 26.5.8). Infinite t gives 0.
double student_p(double t, double degrees);

}  // namespace arcadecam::sweep
