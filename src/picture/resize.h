#pragma once

#include "arcadecam/core/tensor.h"
#include "picture/image.h"

namespace arcadecam::picture {

/// A map of height×width values at another size: bilinear, half-pixel centres, edges clamped. Equal
/// to OpenCV's INTER_LINEAR to the last bit on processors where that does not fuse multiplications
/// with additions; not so at exactly half the size, where OpenCV takes the mean of four pixels in
/// another order. Throws Error when the map is no height×width values or an extent is not positive.
Tensor resize_bilinear(TensorView map, Size size);

/// The picture at a smaller size, each new pixel the mean over its area: equal bit for bit to
/// OpenCV's INTER_AREA. Throws Error when an extent is below 1 or above the picture's.
Image resize_area(const Image& image, Size size);

}  // namespace arcadecam::picture
