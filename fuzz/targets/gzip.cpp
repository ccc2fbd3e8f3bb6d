// gunzip(): any bytes are unpacked or refused, within the limits.
#include "core/gzip.h"

#include <stdexcept>

#include "arcadecam/core/error.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arcadecam;
  const InflateLimits limits{std::uint64_t{8} << 20};
  try {
    const Bytes bytes = gunzip({data, size}, limits);
    if (bytes.size() > limits.max_bytes) throw std::length_error("beyond the limit");
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
