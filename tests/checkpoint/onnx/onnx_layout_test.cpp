// Models whose images have their channels last, as Keras and tf2onnx export them, against the
// sums that they are by definition.
#include <gtest/gtest.h>

#include "arcadecam/nn/engine.h"
#include "checkpoint/onnx/onnx_bytes.h"
#include "support/networks.h"

namespace arcadecam::checkpoint::test_layout {
namespace {

using namespace test::onnx_bytes;

// 3×3 places of 2 channels: what the model is given, value by value, channels last.
constexpr int kPlaces = 9, kChannels = 2, kOutputs = 3;
const std::vector<int> kImage{3, 3, 2};

float pixel(int place, int channel) {
  return static_cast<float>((place * 5 + channel * 7) % 11) - 4;
}

float weight(int flat, int output) {
  return static_cast<float>((flat * 3 + output * 4) % 7) - 3;
}

std::string matrix() {
  std::vector<float> values;
  for (int flat = 0; flat < kPlaces * kChannels; ++flat) {
    for (int output = 0; output < kOutputs; ++output) values.push_back(weight(flat, output));
  }
  return tensor("w", {kPlaces * kChannels, kOutputs}, values);
}

// What the graph makes of it, which takes channels first.
std::vector<float> outputs_of(const std::string& model) {
  const auto network = std::make_shared<const nn::Graph>(
      imported(kImage, model + value(12, "y", {1, kOutputs})).graph);
  std::vector<float> pixels;
  for (int channel = 0; channel < kChannels; ++channel) {
    for (int place = 0; place < kPlaces; ++place) pixels.push_back(pixel(place, channel));
  }
  EXPECT_EQ(network->shape(0), (Shape{kChannels, 3, 3}));
  const auto engine = nn::make_engine("reference", network);
  nn::Tape tape;
  engine->forward(TensorView(pixels.data(), network->shape(0).batch_of(1)), {}, tape);
  const auto values = tape.output().values();
  return {values.begin(), values.end()};
}

// The matrix times what `of` makes of each pixel, flattened with the channels last or first.
std::vector<float> expected(bool last, auto&& of) {
  std::vector<float> sums(kOutputs, 0.0F);
  for (int place = 0; place < kPlaces; ++place) {
    for (int channel = 0; channel < kChannels; ++channel) {
      const int flat = last ? place * kChannels + channel : channel * kPlaces + place;
      for (int output = 0; output < kOutputs; ++output)
        sums[static_cast<std::size_t>(output)] += weight(flat, output) * of(pixel(place, channel));
    }
  }
  return sums;
}

float relu(float x) {
  return x > 0 ? x : 0;
}

const std::string kToFirst = integers("perm", {0, 3, 1, 2}),
                  kToLast = integers("perm", {0, 2, 3, 1});

TEST(OnnxLayout, AFlattenedImageWithItsChannelsLast) {
  const auto same = [](float x) { return x; };
  EXPECT_EQ(outputs_of(matrix() + operation("Flatten", {"x"}, {"f"}) +
                       operation("MatMul", {"f", "w"}, {"y"})),
            expected(true, same));
  EXPECT_EQ(outputs_of(matrix() + operation("Flatten", {"x"}, {"f"}) +
                       operation("Gemm", {"f", "w"}, {"y"})),
            expected(true, same));
  EXPECT_EQ(outputs_of(matrix() + operation("Transpose", {"x"}, {"t"}, kToFirst) +
                       operation("Flatten", {"t"}, {"f"}) + operation("MatMul", {"f", "w"}, {"y"})),
            expected(false, same));
}

TEST(OnnxLayout, TransposesThereAndBack) {
  const std::string there = operation("Transpose", {"x"}, {"a"}, kToFirst) +
                            operation("Relu", {"a"}, {"b"}) +
                            operation("Transpose", {"b"}, {"c"}, kToLast);
  EXPECT_EQ(outputs_of(matrix() + there + operation("Flatten", {"c"}, {"f"}) +
                       operation("MatMul", {"f", "w"}, {"y"})),
            expected(true, relu));
}

TEST(OnnxLayout, WhatIsComputedValueByValueBeforeAndBehindTheFlattening) {
  const std::string rescaled = tensor("s", {}, {0.5F}) + tensor("o", {}, {0}) +
                               operation("Mul", {"x", "s"}, {"m"}) +
                               operation("Add", {"m", "o"}, {"r"});
  EXPECT_EQ(outputs_of(matrix() + rescaled + operation("Flatten", {"r"}, {"f"}) +
                       operation("Relu", {"f"}, {"g"}) + operation("MatMul", {"g", "w"}, {"y"})),
            expected(true, [](float x) { return relu(x / 2); }));
}

TEST(OnnxLayout, AnOffsetOfThePixels) {
  const std::string shifted = tensor("s", {}, {0.5F}) + tensor("o", {}, {-1}) +
                              operation("Mul", {"x", "s"}, {"m"}) +
                              operation("Add", {"m", "o"}, {"r"});
  EXPECT_EQ(outputs_of(matrix() + shifted + operation("Flatten", {"r"}, {"f"}) +
                       operation("MatMul", {"f", "w"}, {"y"})),
            expected(true, [](float x) { return x / 2 - 1; }));
}

TEST(OnnxLayout, OtherOrdersAreRefused) {
  const auto refusal = [](const std::string& graph) {
    return test::error_of([&] { imported(kImage, graph + value(12, "y", {1, kOutputs})); });
  };
  EXPECT_NE(refusal(operation("Transpose", {"x"}, {"t"}, integers("perm", {0, 2, 1, 3})))
                .find("only the image's channels can be moved"),
            std::string::npos);
  EXPECT_NE(refusal(operation("GlobalAveragePool", {"x"}, {"y"})).find("its channels last"),
            std::string::npos);
  // One of them turned, the other not.
  EXPECT_NE(
      refusal(operation("Transpose", {"x"}, {"a"}, kToFirst) + operation("Flatten", {"a"}, {"f"}) +
              operation("Flatten", {"x"}, {"g"}) + operation("Add", {"f", "g"}, {"y"}))
          .find("of which one has its channels last"),
      std::string::npos);
  // As an output its order would be another.
  EXPECT_NE(refusal(operation("Flatten", {"x"}, {"y"})).find("none of the model's outputs"),
            std::string::npos);
  EXPECT_NE(refusal(operation("Flatten", {"x"}, {"f"}) + operation("Softmax", {"f"}, {"y"}))
                .find("flattened with its channels last"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint::test_layout
