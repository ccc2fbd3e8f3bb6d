#pragma once

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

/// Exact widening from IEEE 754 binary16 and from bfloat16 bits.
float half_to_float(std::uint16_t bits);
float bfloat16_to_float(std::uint16_t bits);

}  // namespace arcadecam::checkpoint
