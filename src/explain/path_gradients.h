#pragma once

#include <functional>
#include <vector>

#include "arcadecam/explain/method.h"

namespace arcadecam::explain {

/// The baselines of "baseline": one number 0…255 for every pixel, or the array of a .npy file of
/// shape C×H×W or N×C×H×W. As N×C×H×W. Throws Error (usage) for anything else.
Tensor read_baselines(const Params& params, const Shape& input);

/// A point on a straight way from a baseline to the observation: b + position·(x − b).
struct PathPoint {
  double position, weight;
  std::int64_t baseline;  ///< index among the baselines
};

/// planes ← Σ over points of weight·(x − b)·∂f/∂x at the point. `baselines`: N×(input shape).
void path_gradients(const Query& query, TensorView baselines, const std::vector<PathPoint>& points,
                    Tensor& planes);

/// Nodes and weights of Gauss–Legendre quadrature on [0, 1].
std::vector<PathPoint> gauss_legendre(std::int64_t nodes);

}  // namespace arcadecam::explain
