#include "checkpoint/formats/materialise.h"

#include <array>
#include <bit>

namespace arcadecam::checkpoint {
namespace {

std::uint64_t load_bits(const std::uint8_t* at, std::int64_t size, bool big_endian) {
  std::uint64_t bits = 0;
  for (std::int64_t i = 0; i < size; ++i) {
    const std::int64_t place = big_endian ? size - 1 - i : i;
    bits |= static_cast<std::uint64_t>(at[i]) << (8 * place);
  }
  return bits;
}

float decode(DType dtype, std::uint64_t bits) {
  switch (dtype) {
    case DType::kFloat32:
      return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    case DType::kFloat16:
      return half_to_float(static_cast<std::uint16_t>(bits));
    case DType::kBFloat16:
      return bfloat16_to_float(static_cast<std::uint16_t>(bits));
    case DType::kFloat64:
      return static_cast<float>(std::bit_cast<double>(bits));
    case DType::kInt64:
      return static_cast<float>(static_cast<std::int64_t>(bits));
    case DType::kInt32:
      return static_cast<float>(static_cast<std::int32_t>(bits));
    case DType::kInt16:
      return static_cast<float>(static_cast<std::int16_t>(bits));
    case DType::kInt8:
      return static_cast<float>(static_cast<std::int8_t>(bits));
    case DType::kUInt8:
    case DType::kBool:
      return static_cast<float>(bits);
    case DType::kComplex64:
    case DType::kComplex128:
      break;
  }
  throw bad_input("complex numbers are no weights");
}

}  // namespace

Tensor materialise(const pickle::TensorRecord& tensor, const pickle::StorageRecord& storage,
                   ByteView bytes, bool big_endian) {
  Tensor result(tensor.shape);
  const std::int64_t size = size_of(storage.dtype);
  const int rank = tensor.shape.rank();
  std::array<std::int64_t, Shape::kMaxRank> index{};
  std::int64_t element = storage.first + tensor.offset;
  for (float& value : result.values()) {
    value = decode(storage.dtype, load_bits(bytes.data() + element * size, size, big_endian));
    // The next element in C order: the innermost axis moves, full axes go back to their start.
    for (int axis = rank - 1; axis >= 0; --axis) {
      const auto a = static_cast<std::size_t>(axis);
      element += tensor.strides[a];
      if (++index[a] < tensor.shape[axis]) break;
      element -= tensor.strides[a] * tensor.shape[axis];
      index[a] = 0;
    }
  }
  return result;
}

}  // namespace arcadecam::checkpoint
