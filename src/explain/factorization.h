#pragma once

#include <cstdint>
#include <vector>

#include "arcadecam/core/tensor.h"

namespace arcadecam::explain {

/// What a layer's channels do together: X ≈ W·H, where X is positions×channels of the rectified
/// activation, all states one below the other. All numbers are ≥ 0.
struct Factors {
  Tensor maps;      ///< N×K×h×w: W. The largest value of each factor over all states is 1.
  Tensor channels;  ///< K×C: H, what a position where the factor is 1 adds to every channel
  /// Each factor's share of what all of them account for, Σ (its part of W·H) / Σ W·H; largest
  /// first.
  std::vector<double> shares;
  double residual = 0;  ///< ‖X − W·H‖ / ‖X‖
  std::int64_t rounds = 0;
};

struct FactorOptions {
  std::int64_t count = 4;  ///< K
  std::int64_t most_rounds = 400;
  double tolerance = 1e-5;  ///< of what still moves, relative to the first round
};

/// Non-negative matrix factorisation of activations N×C×h×w, cut off at zero (deep feature
/// factorisation, Collins et al. 2018), minimising ‖X − W·H‖². The start is NNDSVD (Boutsidis &
/// Gallopoulos 2008), the rounds are coordinate descent (Cichocki & Phan 2009), so the same
/// activations give the same bytes; scikit-learn's NMF(init="nndsvd") does the same. Throws Error
/// for more factors than positions or channels (usage), and where nothing is active (input).
Factors factorize(TensorView activations, const FactorOptions& options = {});

}  // namespace arcadecam::explain
