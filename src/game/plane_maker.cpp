#include "game/plane_maker.h"

#include <algorithm>
#include <numeric>

namespace arcadecam::game {
namespace {

std::uint8_t grey_of(Pixels::Grey formula, int red, int green, int blue) {
  if (formula == Pixels::Grey::kOpenCv) {
    constexpr int kRed = 9798, kGreen = 19235, kBlue = 3735, kBits = 15;
    return static_cast<std::uint8_t>(
        (red * kRed + green * kGreen + blue * kBlue + (1 << (kBits - 1))) >> kBits);
  }
  // In double, as NumPy computes it.
  return static_cast<std::uint8_t>(0.2125 * red + 0.7154 * green + 0.0721 * blue);
}

}  // namespace

PlaneMaker::PlaneMaker(const Pixels& pixels, const Emulator& emulator)
    : pixels_(pixels),
      area_(static_cast<int>(emulator.screen().shape()[0]),
            static_cast<int>(emulator.screen().shape()[1])),
      linear_(static_cast<int>(emulator.screen().shape()[0]),
              static_cast<int>(emulator.screen().shape()[1])),
      screen_(static_cast<std::size_t>(emulator.screen().size())) {
  std::iota(identity_.begin(), identity_.end(), 0.0F);
  std::ranges::copy(emulator.colours(), colours_.begin());
  std::ranges::copy(emulator.grey(), grey_.begin());
  for (std::size_t i = 0; i < grey_.size() && pixels.grey != Pixels::Grey::kPalette; ++i)
    grey_[i] = grey_of(pixels.grey, colours_[i][0], colours_[i][1], colours_[i][2]);
  for (auto& channel : channels_) channel.resize(screen_.size());
}

void PlaneMaker::add(const Emulator& emulator) {
  if (frames_ > 0) std::swap(first_, second_);
  const auto screen = emulator.screen().values();
  first_.assign(screen.begin(), screen.end());
  ++frames_;
}

void PlaneMaker::write(std::span<std::uint8_t, kPlanePixels> plane) {
  using Pool = Pixels::Pool;
  if (frames_ == 0) {
    std::ranges::fill(plane, std::uint8_t{0});
    return;
  }
  if (pixels_.pool == Pool::kGreys) return write_greys(plane);
  if (pixels_.pool == Pool::kColours || pixels_.pool == Pool::kShrunkenColours)
    return write_colours(plane);
  const auto whole = [&](const std::vector<std::uint8_t>& frame,
                         std::span<std::uint8_t, kPlanePixels> target) {
    if (pixels_.filter == Pixels::Filter::kArea) return area_(frame, grey_, target);
    std::ranges::transform(frame, screen_.begin(), [&](std::uint8_t pixel) {
      return static_cast<std::uint8_t>(grey_[pixel]);
    });
    linear_(screen_, target);
  };
  whole(first_, plane);
  if (frames_ < 2 || pixels_.pool == Pool::kNone) return;
  whole(second_, plane_);
  std::ranges::transform(plane, plane_, plane.begin(),
                         [](std::uint8_t a, std::uint8_t b) { return std::max(a, b); });
}

void PlaneMaker::shrink(std::span<const std::uint8_t> grey,
                        std::span<std::uint8_t, kPlanePixels> plane) {
  if (pixels_.filter == Pixels::Filter::kArea) {
    area_(grey, identity_, plane);
  } else {
    linear_(grey, plane);
  }
}

void PlaneMaker::write_greys(std::span<std::uint8_t, kPlanePixels> plane) {
  const std::vector<std::uint8_t>& other = frames_ < 2 ? first_ : second_;
  std::ranges::transform(first_, other, screen_.begin(), [&](std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::max(grey_[a], grey_[b]));
  });
  shrink(screen_, plane);
}

void PlaneMaker::write_colours(std::span<std::uint8_t, kPlanePixels> plane) {
  const std::vector<std::uint8_t>& other = frames_ < 2 ? first_ : second_;
  for (std::size_t i = 0; i < screen_.size(); ++i) {
    const auto &a = colours_[first_[i]], &b = colours_[other[i]];
    for (std::size_t c = 0; c < 3; ++c) channels_[c][i] = std::max(a[c], b[c]);
  }
  if (pixels_.pool == Pixels::Pool::kColours) {
    for (std::size_t i = 0; i < screen_.size(); ++i)
      screen_[i] = grey_of(pixels_.grey, channels_[0][i], channels_[1][i], channels_[2][i]);
    return shrink(screen_, plane);
  }
  for (std::size_t c = 0; c < 3; ++c) shrink(channels_[c], shrunken_[c]);
  for (std::size_t i = 0; i < plane.size(); ++i)
    plane[i] = grey_of(pixels_.grey, shrunken_[0][i], shrunken_[1][i], shrunken_[2][i]);
}

}  // namespace arcadecam::game
