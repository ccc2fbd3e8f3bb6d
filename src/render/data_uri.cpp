#include "render/data_uri.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "picture/png.h"

namespace arcadecam::render {
namespace {

std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  result.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(bytes.size() - i, 3);
    for (std::size_t k = 0; k < 3; ++k) group = group << 8U | (k < count ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      result += k <= count ? kDigits[group >> (18 - 6 * k) & 63U] : '=';
  }
  return result;
}

}  // namespace

std::string png_data_uri(const picture::Image& image) {
  return "data:image/png;base64," + base64(picture::encode_png(image));
}

}  // namespace arcadecam::render
