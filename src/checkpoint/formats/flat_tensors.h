#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "checkpoint/formats/dtype.h"
#include "checkpoint/formats/read_state.h"
#include "core/bytes.h"

namespace arcadecam::checkpoint {

/// The element type of this name ("float32", "bfloat16", … as NumPy and torch call it), or nothing.
std::optional<DType> dtype_named(std::string_view name);

/// Adds a tensor whose little-endian elements lie in C order in `bytes`. Numbers that no weight can
/// be (integers, complex) are listed beside the weights instead, and so are empty arrays and
/// scalars. Throws Error naming the tensor when the shape is impossible or does not fit the bytes,
/// or an element is not finite.
void add_flat_tensor(ReadState& state, const std::string& name, DType dtype,
                     std::span<const std::int64_t> extents, ByteView bytes);

}  // namespace arcadecam::checkpoint
