#pragma once

#include "arcadecam/core/tensor.h"
#include "measure/localisation.h"

namespace arcadecam::measure {

/// Fills in the pixels of a mask, in every plane of C×H×W: each becomes the weighted mean of its
/// eight neighbours, 1/6 for those beside it and 1/12 for those at its corners, as far as they are
/// on the picture; all at once, since removed pixels have removed neighbours (Rong et al. 2022,
/// arXiv:2202.00449, "noisy linear imputation", without its noise). At least one pixel must be
/// left. Throws Error when none is.
void impute(const Mask& removed, Tensor& planes);

}  // namespace arcadecam::measure
