#include <random>

#include "arcadecam/core/random.h"
#include "game/environment.h"

namespace arcadecam::game {

// `place`: the episode of a seed, or the frame of a session.
int random_noops(const atari::Protocol& protocol, std::uint64_t seed, std::uint64_t place) {
  if (protocol.noops_below < 2) return 0;
  if (protocol.noop_draw == atari::Protocol::NoopDraw::kAleVector)
    return session_noops(protocol, emulator_seed(seed, place), 0);
  Random random(derive_seed(seed, place, Stream::kNoops));
  const int choices = protocol.noops_below - protocol.noops_from;
  return protocol.noops_from + static_cast<int>(random.below(static_cast<std::uint64_t>(choices)));
}

int session_noops(const atari::Protocol& protocol, std::uint32_t random_seed, std::uint64_t reset) {
  if (protocol.noop_draw == atari::Protocol::NoopDraw::kOwn)
    return random_noops(protocol, random_seed, reset);
  if (protocol.noops_below < 2) return 0;
  // libstdc++'s uniform_int_distribution, written out because its numbers are not the standard's.
  std::mt19937 random(random_seed);
  const auto choices = static_cast<std::uint32_t>(protocol.noops_below - protocol.noops_from);
  const std::uint32_t least = (0U - choices) % choices;
  std::uint64_t product = 0;
  for (std::uint64_t drawn = 0; drawn <= reset; ++drawn) {
    do {
      product = std::uint64_t{static_cast<std::uint32_t>(random())} * choices;
    } while (static_cast<std::uint32_t>(product) < least);
  }
  return protocol.noops_from + static_cast<int>(product >> 32);
}

std::uint32_t emulator_seed(std::uint64_t seed, std::uint64_t episode) {
  // ALE's random_seed is an int; of a negative one its Python package alone takes most.
  return static_cast<std::uint32_t>(derive_seed(seed, episode, Stream::kEmulator) & 0x7fffffff);
}

}  // namespace arcadecam::game
