#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "atari/pixels.h"
#include "game/emulator.h"
#include "game/plane_resize.h"

namespace arcadecam::game {

/// Makes one observed plane (in colour: one each of red, green and blue) of one or two frames.
class PlaneMaker {
 public:
  using Frame = std::vector<std::uint8_t>;  ///< palette indices of what is seen of a screen

  /// `emulator` is only asked for the size and the colours of its screens. Throws Error where the
  /// crop does not lie within them or the filter cannot make planes of that size of it.
  PlaneMaker(const atari::Pixels& pixels, const Emulator& emulator);

  /// What is seen of the emulator's screen.
  [[nodiscard]] Frame look(const Emulator& emulator) const;
  /// The plane or planes of these frames; black when there is none.
  void write(std::span<const Frame* const> frames, std::span<std::uint8_t> planes);

  // The same for frames that are taken one by one.
  /// The next add() is a plane's first frame.
  void begin() { taken_.clear(); }
  /// Takes the emulator's screen.
  void add(const Emulator& emulator) { taken_.push_back(look(emulator)); }
  /// The plane or planes of the frames taken since begin(); black when there was none.
  void write(std::span<std::uint8_t> planes);

 private:
  /// `known`: a frame whose planes are `known_planes`, or null.
  void write_frame(const Frame& frame, std::span<std::uint8_t> planes, const Frame* known,
                   std::span<const std::uint8_t> known_planes);
  void write_pooled(std::span<const Frame* const> frames, std::span<std::uint8_t> planes);
  void shrink_levels(std::size_t screens, std::span<std::uint8_t> planes);
  [[nodiscard]] std::span<std::uint8_t> plane(std::span<std::uint8_t> planes, std::size_t at) const;

  atari::Pixels pixels_;
  atari::Crop crop_;
  std::size_t plane_size_;
  /// For each palette index: its grey in bytes, and in units_ (thirds for the mean, else bytes).
  std::array<float, 256> grey_{};
  std::array<std::uint16_t, 256> level_{};
  int units_ = 1;  ///< a byte's
  std::array<std::array<std::uint8_t, 3>, 256> colours_{};
  PlaneResize resize_;
  std::vector<Frame> taken_;
  std::array<std::vector<std::uint16_t>, 3> levels_;  ///< of one grey or three colours
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint8_t> other_;  ///< the planes of another frame
  // The last frame written, before it was pooled, where that spares work.
  Frame last_frame_;
  std::vector<std::uint8_t> last_plane_;
  std::vector<std::uint8_t> shrunken_;  ///< [3] planes of colours
};

}  // namespace arcadecam::game
