#include "render/yuv420.h"

namespace arcadecam::render {
namespace {

/// Of red, green and blue, in units of 2⁻¹⁶; each chroma row sums to zero, so that greys have none.
struct Weights {
  int red, green, blue;
  [[nodiscard]] int operator()(int r, int g, int b) const { return red * r + green * g + blue * b; }
};
constexpr Weights kLuma{11966, 40254, 4064};
constexpr Weights kBlueness{-6596, -22189, 28785}, kRedness{28784, -26145, -2639};

}  // namespace

void to_yuv420(const picture::Image& image, const Yuv420Planes& planes) {
  const std::int64_t width = image.size().width, height = image.size().height;
  const std::uint8_t* pixels = image.pixels().data();
  for (std::int64_t row = 0; row < height; ++row) {
    const std::uint8_t* pixel = pixels + row * width * 3;
    std::uint8_t* luma = planes.data[0] + row * planes.stride[0];
    for (std::int64_t i = 0; i < width; ++i, pixel += 3) {
      constexpr int kOffset = (16 << 16) + (1 << 15);
      luma[i] = static_cast<std::uint8_t>((kLuma(pixel[0], pixel[1], pixel[2]) + kOffset) >> 16);
    }
  }
  for (std::int64_t row = 0; row < height / 2; ++row) {
    const std::uint8_t* upper = pixels + 2 * row * width * 3;
    const std::uint8_t* lower = upper + width * 3;
    std::uint8_t* blueness = planes.data[1] + row * planes.stride[1];
    std::uint8_t* redness = planes.data[2] + row * planes.stride[2];
    for (std::int64_t i = 0; i < width / 2; ++i, upper += 6, lower += 6) {
      const int r = upper[0] + upper[3] + lower[0] + lower[3];
      const int g = upper[1] + upper[4] + lower[1] + lower[4];
      const int b = upper[2] + upper[5] + lower[2] + lower[5];
      constexpr int kOffset = (128 << 18) + (1 << 17);
      blueness[i] = static_cast<std::uint8_t>((kBlueness(r, g, b) + kOffset) >> 18);
      redness[i] = static_cast<std::uint8_t>((kRedness(r, g, b) + kOffset) >> 18);
    }
  }
}

}  // namespace arcadecam::render
