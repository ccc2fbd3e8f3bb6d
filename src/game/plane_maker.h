#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "game/area_resize.h"
#include "game/emulator.h"
#include "game/linear_resize.h"
#include "game/pixels.h"

namespace arcadecam::game {

/// Makes one observed plane of one or two frames.
class PlaneMaker {
 public:
  /// `emulator` is only asked for the size and the colours of its screens.
  PlaneMaker(const Pixels& pixels, const Emulator& emulator);

  /// The next add() is a plane's first frame.
  void begin() { frames_ = 0; }
  /// Takes the emulator's screen.
  void add(const Emulator& emulator);
  /// The plane of the frames taken since begin(); black when there was none.
  void write(std::span<std::uint8_t, kPlanePixels> plane);

 private:
  void shrink(std::span<const std::uint8_t> grey, std::span<std::uint8_t, kPlanePixels> plane);
  void write_greys(std::span<std::uint8_t, kPlanePixels> plane);
  void write_colours(std::span<std::uint8_t, kPlanePixels> plane);

  Pixels pixels_;
  std::array<float, 256> grey_{};      ///< of each palette index
  std::array<float, 256> identity_{};  ///< 0, 1, …, 255
  std::array<std::array<std::uint8_t, 3>, 256> colours_{};
  AreaResize area_;
  LinearResize linear_;
  int frames_ = 0;
  std::vector<std::uint8_t> first_, second_;  ///< palette indices of the frames taken
  std::array<std::vector<std::uint8_t>, 3> channels_;
  std::vector<std::uint8_t> screen_;
  std::array<std::uint8_t, kPlanePixels> plane_{};
  std::array<std::array<std::uint8_t, kPlanePixels>, 3> shrunken_{};
};

}  // namespace arcadecam::game
