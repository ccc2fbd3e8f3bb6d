#pragma once

#include "arcadecam/explain/method.h"

namespace arcadecam::explain {

/// SmoothGrad (Smilkov et al. 2017, arXiv:1706.03825) and VarGrad (Adebayo et al. 2018,
/// arXiv:1810.03307) around any method.
struct NoiseOptions {
  double level;  ///< standard deviation, as a share of the observation's largest − smallest
  std::int64_t samples;
  bool variance;  ///< the samples' variance instead of their mean
  std::uint64_t seed;
};

/// Explains the observation with Gaussian noise added, `samples` times, and averages what `inner`
/// says: planes where it has any (then raw and map are made of their average), else raw and map;
/// layer and channel weights are averaged too. Completeness is lost.
std::unique_ptr<Explainer> average_over_noise(std::unique_ptr<Explainer> inner,
                                              const NoiseOptions& options);

/// Explains the observation shifted by −pixels, 0 and pixels along each axis, nine times, edges
/// repeated, and averages the results shifted back, each pixel over those that show it.
std::unique_ptr<Explainer> average_over_shifts(std::unique_ptr<Explainer> inner,
                                               std::int64_t pixels);

/// `inner` as the common parameters ask for it: plain, or in the averages above (shifts inside
/// noise). Throws Error (usage) where `inner` reads Object::without, which no average changes.
std::unique_ptr<Explainer> averaged(std::unique_ptr<Explainer> inner, const Params& params);

}  // namespace arcadecam::explain
