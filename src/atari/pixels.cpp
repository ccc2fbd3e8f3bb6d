#include "atari/pixels.h"

#include <fmt/ranges.h>

#include <array>
#include <utility>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam::atari {
namespace {

template <typename T>
using PixelName = std::pair<T, std::string_view>;

constexpr std::array<PixelName<Pixels::Grey>, 6> kGreys{{{Pixels::Grey::kPalette, "palette"},
                                                         {Pixels::Grey::kOpenCv, "opencv"},
                                                         {Pixels::Grey::kPillow, "pillow"},
                                                         {Pixels::Grey::kTruncated, "truncated"},
                                                         {Pixels::Grey::kMean, "mean"},
                                                         {Pixels::Grey::kColours, "rgb"}}};
constexpr std::array<PixelName<Pixels::Pool>, 5> kPools{
    {{Pixels::Pool::kPlanes, "planes"},
     {Pixels::Pool::kGreys, "greys"},
     {Pixels::Pool::kColours, "colours"},
     {Pixels::Pool::kShrunkenColours, "shrunken-colours"},
     {Pixels::Pool::kNone, "none"}}};
constexpr std::array<PixelName<Pixels::Filter>, 4> kFilters{
    {{Pixels::Filter::kArea, "area"},
     {Pixels::Filter::kNearest, "nearest"},
     {Pixels::Filter::kLinear, "linear"},
     {Pixels::Filter::kAntialiased, "antialiased"}}};

template <typename Table, typename T>
std::string_view find_pixel_name(const Table& table, T value) {
  for (const auto& [known, name] : table) {
    if (known == value) return name;
  }
  return "";
}

template <typename Table>
auto parse(const Table& table, std::string_view what, std::string_view text) {
  std::vector<std::string_view> names;
  for (const auto& [value, name] : table) {
    if (name == text) return value;
    names.push_back(name);
  }
  throw bad_input("'{}' is no {}; expected one of: {}", text, what, fmt::join(names, ", "));
}

}  // namespace

Crop crop_of(const Pixels& pixels, int screen_height, int screen_width) {
  const Crop crop{pixels.crop_top, pixels.crop_left,
                  pixels.crop_height > 0 ? pixels.crop_height : screen_height - pixels.crop_top,
                  pixels.crop_width > 0 ? pixels.crop_width : screen_width - pixels.crop_left};
  if (crop.top < 0 || crop.left < 0 || crop.height < 1 || crop.width < 1 ||
      crop.height > screen_height - crop.top || crop.width > screen_width - crop.left) {
    throw bad_input(
        "a crop of {} lines from {} and {} columns from {} does not lie within a screen of {}×{} "
        "pixels",
        crop.height, crop.top, crop.width, crop.left, screen_height, screen_width);
  }
  return crop;
}

ScreenPart Pixels::seen(int screen_height, int screen_width) const {
  const Crop crop = crop_of(*this, screen_height, screen_width);
  const auto share = [](int part, int whole) { return static_cast<double>(part) / whole; };
  return {share(crop.top, screen_height), share(crop.left, screen_width),
          share(crop.top + crop.height, screen_height),
          share(crop.left + crop.width, screen_width)};
}

std::string_view name_of(Pixels::Grey grey) {
  return find_pixel_name(kGreys, grey);
}
std::string_view name_of(Pixels::Pool pool) {
  return find_pixel_name(kPools, pool);
}
std::string_view name_of(Pixels::Filter filter) {
  return find_pixel_name(kFilters, filter);
}
Pixels::Grey parse_grey(std::string_view name) {
  return parse(kGreys, "grey formula", name);
}
Pixels::Pool parse_pool(std::string_view name) {
  return parse(kPools, "way to pool frames", name);
}
Pixels::Filter parse_filter(std::string_view name) {
  return parse(kFilters, "filter", name);
}

}  // namespace arcadecam::atari
