#pragma once

namespace arcadecam::nn {

/// ε of a rule that names none.
inline constexpr double kStabiliser = 1e-9;

/// A sum that divides: z, further from zero by ε.
template <typename T>
T stabilised(T z, double epsilon = kStabiliser) {
  return z + static_cast<T>(z < 0 ? -epsilon : epsilon);
}

}  // namespace arcadecam::nn
