#include "episode/running_checksum.h"

#include <zlib.h>

#include <array>
#include <span>

namespace arcadecam::episode {
namespace {

std::uint32_t crc(std::uint32_t start, std::span<const std::uint8_t> bytes) {
  return static_cast<std::uint32_t>(crc32_z(static_cast<uLong>(start), bytes.data(), bytes.size()));
}

}  // namespace

void RunningChecksum::add(const game::Environment& environment, int reward) {
  crc_ = crc(crc_, environment.newest_plane().values());
  crc_ = crc(crc_, environment.emulator().ram());
  std::array<std::uint8_t, 8> numbers{};
  std::size_t at = 0;
  for (const int number : {reward, environment.lives()}) {
    for (int shift = 0; shift < 32; shift += 8)
      numbers[at++] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(number) >> shift);
  }
  crc_ = crc(crc_, numbers);
}

}  // namespace arcadecam::episode
