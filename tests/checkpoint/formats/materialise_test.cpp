#include "checkpoint/formats/materialise.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace arcadecam::checkpoint {
namespace {

using pickle::StorageRecord;
using pickle::TensorRecord;

StorageRecord storage_of(DType dtype, std::int64_t elements) {
  return {dtype, "0", elements, 0, elements};
}

Bytes floats(const std::vector<float>& values) {
  Bytes bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::vector<float> values_of(const Tensor& tensor) {
  return {tensor.values().begin(), tensor.values().end()};
}

const Bytes kTen = floats({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});

TEST(Materialise, StridesAndOffset) {
  const TensorRecord transposed{{}, 1, {2, 3}, {1, 2}};
  EXPECT_EQ(values_of(materialise(transposed, storage_of(DType::kFloat32, 10), kTen, false)),
            (std::vector<float>{1, 3, 5, 2, 4, 6}));
  const TensorRecord sparse{{}, 0, {4}, {3}};
  EXPECT_EQ(values_of(materialise(sparse, storage_of(DType::kFloat32, 10), kTen, false)),
            (std::vector<float>{0, 3, 6, 9}));
  const TensorRecord repeated{{}, 4, {2, 2}, {0, 1}};
  EXPECT_EQ(values_of(materialise(repeated, storage_of(DType::kFloat32, 10), kTen, false)),
            (std::vector<float>{4, 5, 4, 5}));
}

TEST(Materialise, AViewOfAStorageStartsWhereTheViewStarts) {
  const StorageRecord view{DType::kFloat32, "0", 10, 6, 4};
  const TensorRecord tensor{{}, 1, {3}, {1}};
  EXPECT_EQ(values_of(materialise(tensor, view, kTen, false)), (std::vector<float>{7, 8, 9}));
}

TEST(Materialise, ScalarsAndEmptyTensors) {
  EXPECT_EQ(values_of(materialise({{}, 3, {}, {}}, storage_of(DType::kFloat32, 10), kTen, false)),
            (std::vector<float>{3}));
  EXPECT_TRUE(
      materialise({{}, 0, {0, 4}, {4, 1}}, storage_of(DType::kFloat32, 10), kTen, false).empty());
}

TEST(Materialise, EveryType) {
  const auto first = [](DType dtype, const Bytes& bytes, bool big_endian) {
    return values_of(materialise({{}, 0, {1}, {1}}, storage_of(dtype, 1), bytes, big_endian)).at(0);
  };
  EXPECT_EQ(first(DType::kFloat32, {0x00, 0x00, 0x20, 0x41}, false), 10.0F);
  EXPECT_EQ(first(DType::kFloat32, {0x41, 0x20, 0x00, 0x00}, true), 10.0F);
  EXPECT_EQ(first(DType::kFloat16, {0x00, 0x3E}, false), 1.5F);
  EXPECT_EQ(first(DType::kFloat16, {0x3E, 0x00}, true), 1.5F);
  EXPECT_EQ(first(DType::kBFloat16, {0x20, 0x3E}, false), 0.15625F);
  EXPECT_EQ(first(DType::kFloat64, {0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F}, false), 0.1F);
  EXPECT_EQ(first(DType::kInt64, {0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, false), -2.0F);
  EXPECT_EQ(first(DType::kInt32, {0xFE, 0xFF, 0xFF, 0xFF}, false), -2.0F);
  EXPECT_EQ(first(DType::kInt16, {0xFE, 0xFF}, false), -2.0F);
  EXPECT_EQ(first(DType::kInt8, {0xFE}, false), -2.0F);
  EXPECT_EQ(first(DType::kUInt8, {0xFE}, false), 254.0F);
  EXPECT_THROW(first(DType::kComplex64, Bytes(8), false), Error);
}

}  // namespace
}  // namespace arcadecam::checkpoint
