// Maps on pictures, and pictures as PNG files in memory.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>

#include "arrays.h"
#include "bindings.h"
#include "picture/overlay.h"
#include "picture/png.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace arcadecam::python {
namespace {

picture::Image image_of(const Bytes3& pixels) {
  const Shape shape = shape_of(pixels);
  return picture::Image(
      ByteTensor(shape, {pixels.data(), static_cast<std::size_t>(shape.count())}));
}

nb::object array_of_image(const picture::Image& image) {
  auto held = std::make_unique<picture::Image>(image);
  std::uint8_t* pixels = held->pixels().data();
  const picture::Size size = held->size();
  const nb::capsule owner(held.release(),
                          [](void* data) noexcept { delete static_cast<picture::Image*>(data); });
  return nb::cast(nb::ndarray<nb::numpy, std::uint8_t>(
      pixels, {static_cast<std::size_t>(size.height), static_cast<std::size_t>(size.width), 3},
      owner));
}

nb::object overlay(const Bytes3& frame, const Floats& map, const std::string& colors,
                   double opacity, std::pair<std::int64_t, std::int64_t> size,
                   std::tuple<double, double, double, double> part) {
  picture::Image result;
  {
    const nb::gil_scoped_release released;
    const auto [top, left, bottom, right] = part;
    result =
        picture::screen_overlay(image_of(frame), TensorView(map.data(), shape_of(map)),
                                {picture::color_map(colors), opacity, {top, left, bottom, right}},
                                {size.first, size.second});
  }
  return array_of_image(result);
}

nb::bytes png(const Bytes3& pixels, int scale) {
  std::vector<std::uint8_t> bytes;
  {
    const nb::gil_scoped_release released;
    bytes = picture::encode_png(image_of(pixels), {}, scale);
  }
  return nb::bytes(bytes.data(), bytes.size());
}

}  // namespace

void bind_pictures(nb::module_& module) {
  module.def("overlay", &overlay, "frame"_a, "map"_a, "colors"_a, "opacity"_a, "size"_a, "part"_a);
  module.def("png", &png, "pixels"_a, "scale"_a);
  module.def("color_maps", [] {
    nb::list names;
    for (const std::string_view name : picture::color_map_names())
      names.append(nb::str(name.data(), name.size()));
    return names;
  });
}

}  // namespace arcadecam::python
