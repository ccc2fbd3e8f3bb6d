#include "arrays.h"

#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "arcadecam/core/error.h"

namespace nb = nanobind;

namespace arcadecam::python {
namespace {

nb::object array_at(float* data, const Shape& shape, nb::handle owner) {
  std::array<std::size_t, Shape::kMaxRank> extents{};
  for (int axis = 0; axis < shape.rank(); ++axis)
    extents.at(static_cast<std::size_t>(axis)) = static_cast<std::size_t>(shape[axis]);
  return nb::cast(nb::ndarray<nb::numpy, float>(data, static_cast<std::size_t>(shape.rank()),
                                                extents.data(), owner));
}

/// Of N×… values the first sample that has one that is not finite; −1 where all are.
std::int64_t first_infinite(TensorView batch) {
  // A sum is finite where all values are, and one addition per value is quick; values of 1e38 need
  // the closer look.
  float sum = 0;
  for (const float value : batch.values()) sum += value * 0.0F;
  if (sum == 0) return -1;
  for (std::int64_t n = 0; n < batch.shape()[0]; ++n) {
    for (const float value : batch[n].values()) {
      if (!std::isfinite(value)) return n;
    }
  }
  return -1;
}

}  // namespace

nn::Observations observations_of(const AnyArray& states) {
  const Shape shape = shape_of(states);
  if (states.dtype() == nb::dtype<std::uint8_t>())
    return ByteTensorView(static_cast<const std::uint8_t*>(states.data()), shape);
  if (states.dtype() != nb::dtype<float>())
    throw bad_input("observations: expected uint8 or float32 values");
  const TensorView values(static_cast<const float*>(states.data()), shape);
  if (const std::int64_t at = first_infinite(values); at >= 0)
    throw bad_input("observations: state {} holds a number that is not finite", at);
  return values;
}

nb::object array_of(Tensor tensor) {
  auto held = std::make_unique<Tensor>(std::move(tensor));
  Tensor& kept = *held;
  const nb::capsule owner(held.release(),
                          [](void* data) noexcept { delete static_cast<Tensor*>(data); });
  return array_at(kept.data(), kept.shape(), owner);
}

nb::object array_within(Tensor& tensor, nb::handle owner) {
  if (tensor.empty()) return nb::none();
  return array_at(tensor.data(), tensor.shape(), owner);
}

}  // namespace arcadecam::python
