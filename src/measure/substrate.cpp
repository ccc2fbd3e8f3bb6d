#include "measure/substrate.h"

#include <algorithm>

#include "arcadecam/explain/map_algebra.h"

namespace arcadecam::measure {

Tensor substrate_of(const ByteTensor& observation, Substrate substrate, Random random) {
  constexpr double kSigma = 5;
  Tensor result(observation.shape());
  switch (substrate) {
    case Substrate::kBlack:
      std::ranges::fill(result.values(), 0.0F);
      break;
    case Substrate::kNoise:
      for (float& value : result.values()) value = static_cast<float>(255 * random.uniform());
      break;
    case Substrate::kBlur:
      std::ranges::copy(observation.values(), result.data());
      for (std::int64_t plane = 0; plane < result.shape()[0]; ++plane)
        explain::gaussian_smooth(result[plane], kSigma);
      break;
  }
  return result;
}

}  // namespace arcadecam::measure
