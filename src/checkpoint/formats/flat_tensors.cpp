#include "checkpoint/formats/flat_tensors.h"

#include <fmt/format.h>

#include "checkpoint/formats/materialise.h"

namespace arcadecam::checkpoint {
namespace {

// The file's claim about its own length, checked without overflow.
Shape checked_shape(std::span<const std::int64_t> extents, DType dtype, ByteView bytes) {
  if (extents.size() > Shape::kMaxRank) {
    throw bad_input("{} dimensions; at most {} are supported", extents.size(), Shape::kMaxRank);
  }
  for (const std::int64_t extent : extents) {
    if (extent < 0) throw bad_input("a dimension of {}; it must not be negative", extent);
  }
  const Shape shape(extents);
  const auto size = static_cast<std::uint64_t>(size_of(dtype));
  if (bytes.size() % size != 0 ||
      bytes.size() / size != static_cast<std::uint64_t>(shape.count())) {
    throw bad_input("its {} {} elements do not fit its {} bytes", to_string(shape), name_of(dtype),
                    bytes.size());
  }
  return shape;
}

}  // namespace

std::optional<DType> dtype_named(std::string_view name) {
  using enum DType;
  for (const DType dtype : {kFloat32, kFloat16, kBFloat16, kFloat64, kInt64, kInt32, kInt16, kInt8,
                            kUInt8, kBool, kComplex64, kComplex128}) {
    if (name_of(dtype) == name) return dtype;
  }
  return std::nullopt;
}

void add_flat_tensor(ReadState& state, const std::string& name, DType dtype,
                     std::span<const std::int64_t> extents, ByteView bytes) {
  try {
    const Shape shape = checked_shape(extents, dtype, bytes);
    if (!is_floating(dtype) || shape.rank() == 0 || shape.count() == 0) {
      note_other(state, fmt::format("'{}': {} {}", name, name_of(dtype), to_string(shape)));
      return;
    }
    pickle::TensorRecord record{pickle::NodeId{}, 0, shape, {}};
    std::int64_t step = 1;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      record.strides.at(static_cast<std::size_t>(axis)) = step;
      step *= shape[axis];
    }
    const pickle::StorageRecord storage{dtype, {}, shape.count(), 0, shape.count()};
    auto tensor =
        std::make_shared<const Tensor>(materialise(record, storage, bytes, /*big_endian=*/false));
    check_finite(*tensor);
    state.state.tensors.push_back({name, std::move(tensor)});
    state.stored.push_back({name, std::string(name_of(dtype)), shape});
  } catch (const Error& error) {
    throw bad_input("the tensor '{}': {}", name, error.what());
  }
}

}  // namespace arcadecam::checkpoint
