#include "core/inflate_limits.h"

#include "arcadecam/core/error.h"

namespace arcadecam {

void InflateLimits::check(std::string_view what, std::uint64_t packed,
                          std::uint64_t unpacked) const {
  if (unpacked > max_bytes) {
    throw bad_input("{} unpacks to more than the limit of {} bytes{}", what, max_bytes, remedy);
  }
  if (unpacked > kHarmlessBytes && unpacked / kLargestRatio > packed) {
    throw bad_input(
        "{} is {} bytes long but unpacks to {} bytes or more, over {} times as many: that is no "
        "checkpoint (weights hardly shrink)",
        what, packed, unpacked, kLargestRatio);
  }
}

}  // namespace arcadecam
