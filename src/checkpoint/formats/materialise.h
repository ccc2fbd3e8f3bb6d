#pragma once

#include "arcadecam/core/tensor.h"
#include "checkpoint/formats/torch_file.h"

namespace arcadecam::checkpoint {

/// Copies a strided view of a storage into a dense float32 tensor. `tensor` lies within `storage`
/// (the pickle reader checked that), and `bytes` is the whole storage. Doubles are rounded,
/// integers too; complex elements are an Error.
Tensor materialise(const pickle::TensorRecord& tensor, const pickle::StorageRecord& storage,
                   ByteView bytes, bool big_endian);

}  // namespace arcadecam::checkpoint
