#include "checkpoint/formats/dtype.h"

#include <array>
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

}  // namespace arcadecam::checkpoint
