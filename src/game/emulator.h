#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "arcadecam/core/tensor.h"
#include "atari/action.h"
#include "atari/protocol.h"
#include "game/games.h"

namespace arcadecam::game {

/// A byte of a console's RAM and a value for it.
struct RamByte {
  std::uint8_t index;  ///< 0 … 127
  std::uint8_t value;
};

/// Bits of a byte of a console's RAM and what they are to be.
struct RamBits {
  std::uint8_t index;        ///< 0 … 127
  std::uint8_t value;        ///< counts where the mask has ones
  std::uint8_t mask = 0xff;  ///< which bits; the others stay as they are

  /// A byte's value with these bits as given.
  [[nodiscard]] std::uint8_t in(std::uint8_t byte) const {
    return static_cast<std::uint8_t>((byte & ~mask) | (value & mask));
  }
};

/// A saved emulator; shared between copies, never changed.
class EmulatorState;

/// ALE with one game loaded, frame by frame: no preprocessing. Unlike ALE's own class it can begin
/// again with another random seed without loading the game again (about ten times as fast), its
/// saved state is complete, and a bad ROM, mode or difficulty is an Error instead of the end of the
/// process. One thread at a time; several emulators may run in parallel.
class Emulator {
 public:
  /// Samples of sound a frame, and a second: at 60 frames a second, exactly.
  static constexpr int kSamplesPerFrame = 512, kSoundRate = 60 * kSamplesPerFrame;

  /// `rom` has passed verified_rom(). Of the protocol the sticky probability, the frame cap, mode
  /// and difficulty count. Begins with random seed 0. `sound` makes ALE compute sound() (about
  /// 10 µs per frame); nothing else depends on it.
  Emulator(const Game& game, const std::filesystem::path& rom, const atari::Protocol& protocol,
           bool sound = false);
  ~Emulator();
  Emulator(Emulator&&) noexcept;
  Emulator& operator=(Emulator&&) noexcept;

  /// The state in which ALE is after loading the ROM with this random_seed: reset_game() must
  /// follow.
  void begin(std::uint32_t random_seed);
  /// ALE's reset_game(): a new episode; random numbers go on where they were.
  void reset_game();
  /// ALE's act(): one frame. Returns the unclipped reward. At the end of an episode nothing moves.
  int act(atari::ActionCode action);

  /// Pixels, height × width, as indices into grey(); valid until the next call.
  [[nodiscard]] ByteTensorView screen() const;
  /// Grey value of each palette index.
  [[nodiscard]] std::span<const float, 256> grey() const;
  /// Red, green and blue of each palette index.
  [[nodiscard]] std::span<const std::array<std::uint8_t, 3>, 256> colours() const;
  /// height × width; valid until the next call.
  [[nodiscard]] ByteTensorView screen_grey() const;
  /// height × width × 3 (red, green, blue); valid until the next call.
  [[nodiscard]] ByteTensorView screen_rgb() const;
  /// The last act()'s sound, 8-bit unsigned around 128, kSamplesPerFrame samples, one channel;
  /// valid until the next call. Empty without sound. A restored emulator's generators are in
  /// another phase than the saved one's.
  [[nodiscard]] std::span<const std::uint8_t> sound() const;
  [[nodiscard]] std::span<const std::uint8_t, 128> ram() const;
  [[nodiscard]] int lives() const;
  /// The game says that it is over.
  [[nodiscard]] bool terminal() const;
  /// The frame cap is reached.
  [[nodiscard]] bool truncated() const;
  [[nodiscard]] int frame_number() const;          ///< since begin()
  [[nodiscard]] int episode_frame_number() const;  ///< since the last reset_game()

  /// From now on the game's program reads these bytes of RAM as given, whatever it writes to them;
  /// none: as they are. Neither the RAM that save() keeps is changed by this, nor does a saved
  /// state hold anything; ram() shows what the program reads.
  void hold(std::span<const RamByte> bytes);
  /// The same of bits: the program reads the others of their bytes as it wrote them.
  void hold_bits(std::span<const RamBits> bits);

  /// Writes bytes of RAM, for good. The screen shows what comes of it from the next act() on.
  void write(std::span<const RamByte> bytes);
  void write_bits(std::span<const RamBits> bits);

  [[nodiscard]] std::shared_ptr<const EmulatorState> save() const;
  /// Continues exactly as the saved emulator would have, screen included. Any emulator of the same
  /// game will do.
  void restore(const EmulatorState& state);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcadecam::game
