#include "checkpoint/formats/materialise.h"

#include <array>
#include <bit>
#include <cstring>

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

bool is_dense(const pickle::TensorRecord& tensor) {
  std::int64_t stride = 1;
  for (int axis = tensor.shape.rank() - 1; axis >= 0; --axis) {
    if (tensor.shape[axis] != 1 && tensor.strides[static_cast<std::size_t>(axis)] != stride)
      return false;
    stride *= tensor.shape[axis];
  }
  return true;
}

/// Elements one behind the other, of the two types that nearly all files hold; false: of others.
bool copy_dense(DType dtype, const std::uint8_t* from, std::span<float> to) {
  if (dtype == DType::kFloat32) {
    if (!to.empty()) std::memcpy(to.data(), from, to.size_bytes());
    return true;
  }
  if (dtype != DType::kFloat16) return false;
  for (std::size_t i = 0; i < to.size(); ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, from + 2 * i, sizeof bits);
    to[i] = half_to_float(bits);
  }
  return true;
}

}  // namespace

Tensor materialise(const pickle::TensorRecord& tensor, const pickle::StorageRecord& storage,
                   ByteView bytes, bool big_endian) {
  Tensor result(tensor.shape);
  const std::int64_t size = size_of(storage.dtype);
  const int rank = tensor.shape.rank();
  std::array<std::int64_t, Shape::kMaxRank> index{};
  std::int64_t element = storage.first + tensor.offset;
  if (!big_endian && std::endian::native == std::endian::little && is_dense(tensor) &&
      copy_dense(storage.dtype, bytes.data() + element * size, result.values()))
    return result;
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
