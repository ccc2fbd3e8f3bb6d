#pragma once

#include "core/bytes.h"
#include "core/inflate_limits.h"

namespace arcadecam {

[[nodiscard]] bool is_gzip(ByteView bytes);

/// Unpacks a gzip file (RFC 1952): one or more members, whose contents are joined. CRC and length
/// of each are verified. Zero bytes after the last member are padding and ignored; anything else
/// there is an Error, as is a file that is cut off or corrupt or exceeds the limits.
Bytes gunzip(ByteView bytes, const InflateLimits& limits);

}  // namespace arcadecam
