#pragma once

#include <cstdint>

#include "game/environment.h"

namespace arcadecam::episode {

/// A checksum of everything an episode has shown so far, by which a replay is compared with its
/// recording: the CRC-32 (as zlib's) of, after the reset and after every step, the newest plane
/// (84·84 bytes by default), the console's memory (128 bytes), the step's reward and the lives
/// (little-endian int32 each; the reset's reward is 0).
class RunningChecksum {
 public:
  /// Takes in what `environment` shows now.
  void add(const game::Environment& environment, int reward);
  [[nodiscard]] std::uint32_t value() const { return crc_; }

 private:
  std::uint32_t crc_ = 0;
};

}  // namespace arcadecam::episode
