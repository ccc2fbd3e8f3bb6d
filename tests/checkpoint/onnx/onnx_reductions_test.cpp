// Reductions and choices of ONNX models, against what they are by definition.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "arcadecam/nn/engine.h"
#include "checkpoint/onnx/onnx_bytes.h"
#include "support/networks.h"

namespace arcadecam::checkpoint::test_reductions {
namespace {

using namespace test::onnx_bytes;

/// What the model makes of the image.
std::vector<float> outputs_of(const std::vector<int>& image, const std::string& graph,
                              const std::vector<float>& pixels) {
  const auto network = std::make_shared<const nn::Graph>(imported(image, graph).graph);
  const auto engine = nn::make_engine("reference", network);
  nn::Tape tape;
  engine->forward(TensorView(pixels.data(), network->shape(0).batch_of(1)), {}, tape);
  const auto values = tape.output().values();
  return {values.begin(), values.end()};
}

const std::vector<float> kPixels{1, 5, 2, 4, 8, 3, 9, 7};  // two channels of 2×2

TEST(OnnxReductions, OfAnImageToANumberAChannel) {
  const auto reduced = [&](const std::string& type) {
    return outputs_of(
        {2, 2, 2},
        operation(type, {"x"}, {"y"}, integers("axes", {2, 3}) + integer("keepdims", 0)) +
            value(12, "y", {1, 2}),
        kPixels);
  };
  EXPECT_EQ(reduced("ReduceMax"), (std::vector<float>{5, 9}));
  EXPECT_EQ(reduced("ReduceMean"), (std::vector<float>{3, 6.75}));
  EXPECT_EQ(reduced("ReduceSum"), (std::vector<float>{12, 27}));
  const std::string kept = operation("ReduceMax", {"x"}, {"m"}, integers("axes", {2, 3})) +
                           operation("Flatten", {"m"}, {"y"}) + value(12, "y", {1, 2});
  EXPECT_EQ(outputs_of({2, 2, 2}, kept, kPixels), (std::vector<float>{5, 9}));
}

// The first pixel as V, the seven others as A: V + A − mean A, however it is written.
TEST(OnnxReductions, OfADuelingHead) {
  const std::string streams =
      operation("Flatten", {"x"}, {"f"}) +
      operation("Split", {"f"}, {"v", "a"}, integer("axis", 1) + integers("split", {1, 7}));
  const std::string output = value(12, "y", {1, 7});
  const std::string kept = operation("ReduceMean", {"a"}, {"m"}, integers("axes", {1}));
  const std::string dropped =
      operation("ReduceMean", {"a"}, {"n"}, integers("axes", {1}) + integer("keepdims", 0)) +
      operation("Unsqueeze", {"n"}, {"m"}, integers("axes", {1}));
  const std::string sum_first =
      operation("Add", {"v", "a"}, {"s"}) + operation("Sub", {"s", "m"}, {"y"});
  const std::string difference_first =
      operation("Sub", {"a", "m"}, {"c"}) + operation("Add", {"v", "c"}, {"y"});
  const float mean = std::accumulate(kPixels.begin() + 1, kPixels.end(), 0.0F) / 7;
  for (const std::string& written :
       {kept + sum_first, dropped + sum_first, kept + difference_first}) {
    const auto found = outputs_of({2, 2, 2}, streams + written + output, kPixels);
    ASSERT_EQ(found.size(), 7U);
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], kPixels[0] + kPixels[i + 1] - mean, 1e-5);
  }
}

// A linear layer of 2 actions of 3 quantiles, in both orders.
TEST(OnnxReductions, OverQuantiles) {
  std::vector<float> weights(48);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i * i % 7) - 2;
  std::vector<float> all(6, 0.0F);
  for (std::size_t out = 0; out < 6; ++out) {
    for (std::size_t in = 0; in < 8; ++in) all[out] += weights[out * 8 + in] * kPixels[in];
  }
  const auto found = [&](const std::vector<int>& shape, int axis) {
    // Constants of whole numbers: Shape of images of those extents.
    std::string dimensions;
    for (const int extent : shape) dimensions += static_cast<char>(extent);
    const std::string constant =
        field(1, field(2, "to") + field(4, "Constant") +
                     field(5, field(1, "value_ints") + field(8, dimensions)));
    return outputs_of({2, 2, 2},
                      tensor("w", {6, 8}, weights) + operation("Flatten", {"x"}, {"f"}) +
                          operation("Gemm", {"f", "w"}, {"q"}, integer("transB", 1)) + constant +
                          operation("Reshape", {"q", "to"}, {"r"}) +
                          operation("ReduceMean", {"r"}, {"y"},
                                    integers("axes", {axis}) + integer("keepdims", 0)) +
                          value(12, "y", {1, 2}),
                      kPixels);
  };
  const auto inner = found({1, 2, 3}, 2), outer = found({1, 3, 2}, 1);
  ASSERT_EQ(inner.size(), 2U);
  ASSERT_EQ(outer.size(), 2U);
  for (std::size_t action = 0; action < 2; ++action) {
    EXPECT_NEAR(inner[action], (all[3 * action] + all[3 * action + 1] + all[3 * action + 2]) / 3,
                1e-4);
    EXPECT_NEAR(outer[action], (all[action] + all[action + 2] + all[action + 4]) / 3, 1e-4);
  }
}

TEST(OnnxReductions, OtherOnesAreRefused) {
  const auto message = [](const std::string& graph) {
    return test::error_of([&] { imported({2, 2, 2}, graph + value(12, "y", {1, 2})); });
  };
  EXPECT_NE(message(operation("ReduceMean", {"x"}, {"y"}, integers("axes", {1})))
                .find("ReduceMean of node 'y': only reductions of an image"),
            std::string::npos);
  EXPECT_NE(message(operation("Flatten", {"x"}, {"f"}) +
                    operation("ReduceMax", {"f"}, {"y"}, integers("axes", {1})))
                .find("ReduceMax of node 'y'"),
            std::string::npos);
}

TEST(OnnxChoices, WhatTheLargestIsTakenOfIsExplained) {
  for (const std::string& choice :
       {operation("ArgMax", {"f"}, {"y"}, integer("axis", 1)),
        operation("ArgMax", {"f"}, {"k"}, integer("axis", 1)) +
            operation("Squeeze", {"k"}, {"y"}, integers("axes", {1}))}) {
    const auto model =
        imported({2, 2, 2}, operation("Flatten", {"x"}, {"f"}) + choice + value(12, "y", {1}));
    EXPECT_EQ(model.graph.actions(), 8);
    ASSERT_EQ(model.unknown.size(), 1U);
    EXPECT_NE(model.unknown[0].find("returns an action"), std::string::npos);
  }
}

// A small file must not become a large network.
TEST(OnnxModels, WeightsThatAreUsedTooOftenAreRefused) {
  std::string graph = tensor("w", {100, 100}, std::vector<float>(10'000, 0.01F)) +
                      operation("Flatten", {"x"}, {"0"});
  int last = 0;
  for (; last < 2000; ++last) {
    graph += operation("Gemm", {std::to_string(last), "w"}, {std::to_string(last + 1)},
                       integer("transB", 1));
  }
  graph += value(12, std::to_string(last), {1, 100});
  const std::string message = test::error_of([&] { imported({1, 10, 10}, graph); });
  EXPECT_NE(message.find("the same weights too often"), std::string::npos) << message;
}

TEST(OnnxModels, QuantisedOnesAreCalledSo) {
  for (const char* type : {"QuantizeLinear", "DequantizeLinear", "QLinearConv", "QLinearMatMul",
                           "ConvInteger", "MatMulInteger", "DynamicQuantizeLinear"}) {
    EXPECT_NE(test::error_of([&] {
                imported({4, 9, 9}, operation(type, {"x"}, {"y"}) + value(12, "y", {1, 4}));
              }).find("the model is quantised"),
              std::string::npos)
        << type;
  }
  // Their weights come first: eight of 8 bits, which are int8 (3).
  const std::string weights =
      field(5, number(1, 8) + number(2, 3) + field(8, "w") + field(9, "abcdefgh"));
  const std::string message = test::error_of([&] {
    imported({4, 5, 5}, weights + operation("Flatten", {"x"}, {"y"}) + value(12, "y", {1, 100}));
  });
  EXPECT_NE(message.find("the tensor 'w': its numbers have few bits: the model is quantised"),
            std::string::npos)
      << message;
}

TEST(OnnxModels, OperatorsOfOtherDomainsSayWhatToGive) {
  const auto message = [](const std::string& domain) {
    return test::error_of([&] {
      imported({4, 9, 9},
               operation("Conv", {"x"}, {"y"}, field(7, domain)) + value(12, "y", {1, 4}));
    });
  };
  for (const char* domain : {"com.microsoft", "com.microsoft.nchwc"}) {
    EXPECT_NE(message(domain).find("ONNX Runtime optimised this model for itself; give the model"),
              std::string::npos)
        << message(domain);
  }
  EXPECT_NE(message("ai.somebody").find("'ai.somebody' is not supported: export the model with"),
            std::string::npos)
      << message("ai.somebody");
}

TEST(OnnxChoices, ADrawnActionIsRefusedWithWhatToDo) {
  const std::string message = test::error_of([&] {
    imported({2, 2, 2}, operation("Flatten", {"x"}, {"f"}) +
                            operation("Multinomial", {"f"}, {"y"}) + value(12, "y", {1}));
  });
  EXPECT_NE(message.find("Multinomial of node 'y': the model draws its action at random"),
            std::string::npos)
      << message;
}

}  // namespace
}  // namespace arcadecam::checkpoint::test_reductions
