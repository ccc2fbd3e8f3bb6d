#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include "arcadecam/core/tensor.h"
#include "arcadecam/nn/engine.h"

namespace arcadecam::python {

/// An array in C order, in the CPU's memory, that may be read-only.
using AnyArray = nanobind::ndarray<nanobind::ro, nanobind::c_contig, nanobind::device::cpu>;
using Floats = nanobind::ndarray<const float, nanobind::c_contig, nanobind::device::cpu>;
using Bytes3 = nanobind::ndarray<const std::uint8_t, nanobind::ndim<3>, nanobind::c_contig,
                                 nanobind::device::cpu>;

/// Throws Error for more dimensions than a tensor has.
template <typename Array>
Shape shape_of(const Array& array) {
  std::vector<std::int64_t> extents;
  for (std::size_t axis = 0; axis < array.ndim(); ++axis)
    extents.push_back(static_cast<std::int64_t>(array.shape(axis)));
  return Shape(extents);
}

/// A batch of bytes or floats, borrowed. Throws Error for other elements, and naming the first
/// state that holds a number that is not finite.
nn::Observations observations_of(const AnyArray& states);

/// A NumPy array that owns the tensor's memory.
nanobind::object array_of(Tensor tensor);
/// A NumPy array of a tensor that `owner` keeps alive; None of an empty one.
nanobind::object array_within(Tensor& tensor, nanobind::handle owner);

}  // namespace arcadecam::python
