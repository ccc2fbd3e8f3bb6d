#pragma once

#include <array>
#include <cstdint>

#include "arcadecam/core/tensor.h"

namespace arcadecam::picture {

/// Red, green, blue, 0…255 each, sRGB.
using Rgb = std::array<std::uint8_t, 3>;

/// The extents of a picture in pixels.
struct Size {
  std::int64_t height = 0, width = 0;
  friend bool operator==(const Size&, const Size&) = default;
};

/// A colour picture: H×W×3 bytes in C order, row 0 at the top, RGB.
class Image {
 public:
  Image() : pixels_(Shape{0, 0, 3}) {}
  /// A black picture. Throws Error when an extent is negative.
  explicit Image(Size size);
  /// Takes H×W×3 bytes; throws Error for another shape.
  explicit Image(ByteTensor pixels);

  [[nodiscard]] Size size() const { return {pixels_.shape()[0], pixels_.shape()[1]}; }
  [[nodiscard]] ByteTensorView pixels() const noexcept { return pixels_.view(); }
  [[nodiscard]] BasicTensorView<std::uint8_t> pixels() noexcept { return pixels_.view(); }
  /// One pixel; the indices are not checked.
  [[nodiscard]] Rgb at(std::int64_t row, std::int64_t column) const noexcept;
  void set(std::int64_t row, std::int64_t column, Rgb value) noexcept;

 private:
  ByteTensor pixels_;
};

/// The picture at another size, each new pixel a copy of the old one under its centre: nothing is
/// blurred. Throws Error when `size` is not positive or the picture is empty.
Image resize_nearest(const Image& image, Size size);

/// A 3×H×W tensor of values in [0,1] (channels R, G, B) as a picture, rounded to the nearest byte.
/// Throws Error for another shape or a value outside [0,1].
Image image_of_planes(TensorView planes);

}  // namespace arcadecam::picture
