#include "game/plane_maker.h"

#include <algorithm>

namespace arcadecam::game {
namespace {

constexpr int kThird = 3;
/// 0 … 255 in thirds.
constexpr std::size_t kLevels = 3 * 255 + 1;

std::uint8_t grey_of(atari::Pixels::Grey formula, int red, int green, int blue) {
  const auto sum = [&](int of_red, int of_green, int of_blue, int bits) {
    return static_cast<std::uint8_t>(
        (red * of_red + green * of_green + blue * of_blue + (1 << (bits - 1))) >> bits);
  };
  switch (formula) {
    case atari::Pixels::Grey::kOpenCv:
      return sum(9798, 19235, 3735, 15);
    case atari::Pixels::Grey::kPillow:
      return sum(19595, 38470, 7471, 16);
    case atari::Pixels::Grey::kMean:
      return static_cast<std::uint8_t>((red + green + blue) / kThird);
    default:
      break;
  }
  // In double, as NumPy computes it.
  return static_cast<std::uint8_t>(0.2125 * red + 0.7154 * green + 0.0721 * blue);
}

int height_of(const Emulator& emulator) {
  return static_cast<int>(emulator.screen().shape()[0]);
}

int width_of(const Emulator& emulator) {
  return static_cast<int>(emulator.screen().shape()[1]);
}

/// SciPy's bytescale of a picture whose values are levels/units, in its own arithmetic.
std::array<std::uint8_t, kLevels> stretched(int least, int most, int units) {
  std::array<std::uint8_t, kLevels> result{};
  const double low = static_cast<double>(least) / units, high = static_cast<double>(most) / units;
  const double scale = 255.0 / (most == least ? 1.0 : high - low);
  for (int level = least; level <= most; ++level) {
    const double value = (static_cast<double>(level) / units - low) * scale;
    result[static_cast<std::size_t>(level)] =
        static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5);
  }
  return result;
}

}  // namespace

PlaneMaker::PlaneMaker(const atari::Pixels& pixels, const Emulator& emulator)
    : pixels_(pixels),
      crop_(crop_of(pixels, height_of(emulator), width_of(emulator))),
      plane_size_(static_cast<std::size_t>(pixels.height) * static_cast<std::size_t>(pixels.width)),
      resize_(pixels, crop_.height, crop_.width) {
  std::ranges::copy(emulator.colours(), colours_.begin());
  std::ranges::copy(emulator.grey(), grey_.begin());
  if (pixels.grey == atari::Pixels::Grey::kMean) units_ = kThird;
  for (std::size_t i = 0; i < grey_.size(); ++i) {
    const auto [red, green, blue] = colours_[i];
    if (pixels.grey != atari::Pixels::Grey::kPalette)
      grey_[i] = grey_of(pixels.grey, red, green, blue);
    level_[i] = units_ == 1 ? static_cast<std::uint16_t>(grey_[i])
                            : static_cast<std::uint16_t>(red + green + blue);
  }
  const auto size = static_cast<std::size_t>(crop_.height) * static_cast<std::size_t>(crop_.width);
  for (auto& levels : levels_) levels.resize(size);
  bytes_.resize(size);
  other_.resize(plane_size_ * static_cast<std::size_t>(pixels.planes()));
  shrunken_.resize(plane_size_ * 3);
}

std::span<std::uint8_t> PlaneMaker::plane(std::span<std::uint8_t> planes, std::size_t at) const {
  return planes.subspan(at * plane_size_, plane_size_);
}

PlaneMaker::Frame PlaneMaker::look(const Emulator& emulator) const {
  const ByteTensorView screen = emulator.screen();
  Frame frame;
  frame.reserve(bytes_.size());
  for (int line = crop_.top; line < crop_.top + crop_.height; ++line) {
    const std::uint8_t* from = screen[line].data() + crop_.left;
    frame.insert(frame.end(), from, from + crop_.width);
  }
  return frame;
}

void PlaneMaker::write(std::span<std::uint8_t> planes) {
  std::vector<const Frame*> frames;
  for (const Frame& frame : taken_) frames.push_back(&frame);
  write(frames, planes);
}

void PlaneMaker::write(std::span<const Frame* const> frames, std::span<std::uint8_t> planes) {
  using Pool = atari::Pixels::Pool;
  if (frames.empty()) {
    std::ranges::fill(planes, std::uint8_t{0});
    return;
  }
  if (pixels_.pool != Pool::kPlanes && pixels_.pool != Pool::kNone)
    return write_pooled(frames, planes);
  // Frames after another differ in few lines, also from one step to the next.
  const Frame* known = last_frame_.empty() ? nullptr : &last_frame_;
  write_frame(*frames.back(), planes, known, last_plane_);
  if (pixels_.filter == atari::Pixels::Filter::kArea && pixels_.planes() == 1 && !pixels_.stretch) {
    last_frame_ = *frames.back();
    last_plane_.assign(planes.begin(), planes.end());
  }
  if (pixels_.pool == Pool::kNone) return;
  // Once pooled, the planes are those of no frame.
  known = frames.back();
  for (const Frame* frame : frames.first(frames.size() - 1)) {
    write_frame(*frame, other_, known, planes);
    known = nullptr;
    // A plain loop over what is known to stay where it is, which compilers vectorise.
    std::uint8_t* const to = planes.data();
    const std::uint8_t* const from = other_.data();
    const std::size_t size = planes.size();
    for (std::size_t i = 0; i < size; ++i) to[i] = std::max(to[i], from[i]);
  }
}

void PlaneMaker::write_frame(const Frame& frame, std::span<std::uint8_t> planes, const Frame* known,
                             std::span<const std::uint8_t> known_planes) {
  if (pixels_.planes() == 1 && !pixels_.stretch) {
    const std::span<const std::uint8_t> known_frame =
        known == nullptr ? std::span<const std::uint8_t>() : *known;
    return resize_(frame, grey_, planes, known_frame, known_planes);
  }
  if (pixels_.planes() == 3) return write_pooled(std::array<const Frame*, 1>{&frame}, planes);
  std::ranges::transform(frame, levels_[0].begin(),
                         [&](std::uint8_t pixel) { return level_[pixel]; });
  shrink_levels(1, planes);
}

/// The maximum of some frames, before anything is shrunk.
void PlaneMaker::write_pooled(std::span<const Frame* const> frames,
                              std::span<std::uint8_t> planes) {
  using Pool = atari::Pixels::Pool;
  const bool colours = pixels_.planes() == 3;
  const Frame& last = *frames.back();
  const auto others = frames.first(frames.size() - 1);
  if (pixels_.pool == Pool::kGreys && !colours) {
    std::ranges::transform(last, levels_[0].begin(),
                           [&](std::uint8_t pixel) { return level_[pixel]; });
    for (const Frame* other : others) {
      std::ranges::transform(
          levels_[0], *other, levels_[0].begin(),
          [&](std::uint16_t level, std::uint8_t pixel) { return std::max(level, level_[pixel]); });
    }
    return shrink_levels(1, planes);
  }
  for (std::size_t i = 0; i < last.size(); ++i) {
    const auto& colour = colours_[last[i]];
    for (std::size_t c = 0; c < 3; ++c) levels_[c][i] = colour[c];
  }
  for (const Frame* other : others) {
    for (std::size_t i = 0; i < last.size(); ++i) {
      const auto& colour = colours_[(*other)[i]];
      for (std::size_t c = 0; c < 3; ++c)
        levels_[c][i] = std::max<std::uint16_t>(levels_[c][i], colour[c]);
    }
  }
  if (colours) return shrink_levels(3, planes);
  if (pixels_.pool == Pool::kColours) {
    for (std::size_t i = 0; i < last.size(); ++i) {
      const int red = levels_[0][i], green = levels_[1][i], blue = levels_[2][i];
      levels_[0][i] = units_ == 1 ? grey_of(pixels_.grey, red, green, blue)
                                  : static_cast<std::uint16_t>(red + green + blue);
    }
    return shrink_levels(1, planes);
  }
  shrink_levels(3, shrunken_);
  for (std::size_t i = 0; i < planes.size(); ++i) {
    planes[i] = grey_of(pixels_.grey, shrunken_[i], shrunken_[plane_size_ + i],
                        shrunken_[2 * plane_size_ + i]);
  }
}

/// Makes bytes of the first one or three of levels_, stretched where that is asked for, and shrinks
/// them.
void PlaneMaker::shrink_levels(std::size_t screens, std::span<std::uint8_t> planes) {
  // Colours are in bytes whatever the formula of their grey.
  const int units = screens == 1 ? units_ : 1;
  std::array<std::uint8_t, kLevels> table{};
  if (pixels_.stretch) {
    int least = static_cast<int>(kLevels) - 1, most = 0;
    for (std::size_t s = 0; s < screens; ++s) {
      const auto [low, high] = std::ranges::minmax(levels_[s]);
      least = std::min(least, static_cast<int>(low));
      most = std::max(most, static_cast<int>(high));
    }
    table = stretched(least, most, units);
  } else {
    for (int level = 0; level <= 255 * units; ++level)
      table[static_cast<std::size_t>(level)] = static_cast<std::uint8_t>(level / units);
  }
  for (std::size_t s = 0; s < screens; ++s) {
    std::ranges::transform(levels_[s], bytes_.begin(),
                           [&](std::uint16_t level) { return table[level]; });
    resize_(bytes_, plane(planes, s));
  }
}

}  // namespace arcadecam::game
