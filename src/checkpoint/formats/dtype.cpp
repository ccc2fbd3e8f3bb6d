#include "checkpoint/formats/dtype.h"

#include <array>
#include <bit>
#include <cstddef>

namespace arcadecam::checkpoint {
namespace {

struct Facts {
  std::string_view name;
  std::int64_t size;
};

// In the order of the enumeration.
constexpr std::array<Facts, 12> kFacts{{{"float32", 4},
                                        {"float16", 2},
                                        {"bfloat16", 2},
                                        {"float64", 8},
                                        {"int64", 8},
                                        {"int32", 4},
                                        {"int16", 2},
                                        {"int8", 1},
                                        {"uint8", 1},
                                        {"bool", 1},
                                        {"complex64", 8},
                                        {"complex128", 16}}};

}  // namespace

std::string_view name_of(DType dtype) {
  return kFacts[static_cast<std::size_t>(dtype)].name;
}

std::int64_t size_of(DType dtype) {
  return kFacts[static_cast<std::size_t>(dtype)].size;
}

bool is_floating(DType dtype) {
  return dtype == DType::kFloat32 || dtype == DType::kFloat16 || dtype == DType::kBFloat16 ||
         dtype == DType::kFloat64;
}

float half_to_float(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits >> 15) << 31;
  const std::uint32_t exponent = (bits >> 10) & 0x1FU;
  const std::uint32_t mantissa = bits & 0x3FFU;
  if (exponent == 0) {  // zero and subnormal: mantissa · 2^-24, exact in float
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
  }
  // Infinity and NaN keep an exponent of all ones; others move from bias 15 to bias 127.
  const std::uint32_t wide = exponent == 0x1FU ? 0xFFU : exponent + (127 - 15);
  return std::bit_cast<float>(sign | (wide << 23) | (mantissa << 13));
}

float bfloat16_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

}  // namespace arcadecam::checkpoint
