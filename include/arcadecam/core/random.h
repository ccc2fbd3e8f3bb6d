#pragma once

#include <cstdint>

namespace arcadecam {

/// SplitMix64 (Steele, Lea, Flood 2014): the same sequence on every platform.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

  /// Uniform over all 64-bit values.
  std::uint64_t next() noexcept;
  /// Uniform in [0, 1), a multiple of 2^-53.
  double uniform() noexcept;
  /// Uniform in 0 … bound−1 without bias (rejection); bound ≥ 1.
  std::uint64_t below(std::uint64_t bound) noexcept;
  /// Standard normal (Box–Muller on two uniforms).
  double normal() noexcept;

 private:
  std::uint64_t state_;
};

/// What a random stream is for. The numbers are part of the documented derivation: never reuse one.
enum class Stream : std::uint64_t {
  kEmulator = 1,  ///< ALE's random_seed
  kNoops = 2,     ///< how many no-ops follow a reset
  kPolicy = 3,    ///< exploration and sampling of actions
  kMethod = 4,    ///< noise and masks of explanation methods
  kWeights = 5,   ///< re-initialised weights (--randomize-weights)
};

/// The one rule every random stream follows: mix(mix(mix(seed) + episode) + stream), where mix is
/// one SplitMix64 step. Seeds of different (seed, episode, stream) are unrelated in practice.
std::uint64_t derive_seed(std::uint64_t seed, std::uint64_t episode, Stream stream) noexcept;

}  // namespace arcadecam
