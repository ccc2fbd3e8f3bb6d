#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace arcadecam::checkpoint {

/// The element types torch stores.
enum class DType {
  kFloat32,
  kFloat16,
  kBFloat16,
  kFloat64,
  kInt64,
  kInt32,
  kInt16,
  kInt8,
  kUInt8,
  kBool,
  kComplex64,
  kComplex128,
};

/// torch's name, for example "bfloat16".
std::string_view name_of(DType dtype);
/// Bytes an element takes.
std::int64_t size_of(DType dtype);
/// Whether it holds real floating-point values: what weights are made of.
bool is_floating(DType dtype);

/// Exact widening from IEEE 754 binary16. (Here, and without branches, because files hold
/// millions.)
inline float half_to_float(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
  const std::uint32_t magnitude = static_cast<std::uint32_t>(bits & 0x7FFFU) << 13;
  // The exponent moves from bias 15 to bias 127 by a product, which is exact for subnormals too.
  const auto moved = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) * 0x1p112F);
  // Infinity and NaN keep an exponent of all ones.
  const std::uint32_t special = (bits & 0x7C00U) == 0x7C00U ? 0x7F800000U : 0U;
  return std::bit_cast<float>(sign | moved | special);
}

/// Exact widening from bfloat16.
inline float bfloat16_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

}  // namespace arcadecam::checkpoint
