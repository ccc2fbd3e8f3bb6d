// Convolutions with groups and dilations, which become kernels with zeros, against the sums that
// they are by definition.
#include <gtest/gtest.h>

#include "arcadecam/nn/engine.h"
#include "checkpoint/building/weight_algebra.h"
#include "checkpoint/onnx/onnx_bytes.h"
#include "support/networks.h"

namespace arcadecam::checkpoint::test_convolutions {
namespace {

using namespace test::onnx_bytes;

constexpr int kChannels = 4, kExtent = 5, kFilters = 6, kKernel = 2;

float pixel(int channel, int y, int x) {
  return static_cast<float>((channel * 7 + y * 3 + x * 5) % 11) - 5;
}

float weight(int filter, int channel, int y, int x) {
  return static_cast<float>((filter * 5 + channel * 3 + y * 2 + x) % 7) - 3;
}

std::vector<float> outputs_of(const std::string& attributes, int groups, int extent) {
  std::vector<float> weights;
  for (int filter = 0; filter < kFilters; ++filter) {
    for (int channel = 0; channel < kChannels / groups; ++channel) {
      for (int y = 0; y < kKernel; ++y) {
        for (int x = 0; x < kKernel; ++x) weights.push_back(weight(filter, channel, y, x));
      }
    }
  }
  const std::string graph = tensor("w", {kFilters, kChannels / groups, kKernel, kKernel}, weights) +
                            operation("Conv", {"x", "w"}, {"c"}, attributes) +
                            operation("Flatten", {"c"}, {"y"}) +
                            value(12, "y", {1, kFilters * extent * extent});
  const auto network =
      std::make_shared<const nn::Graph>(imported({kChannels, kExtent, kExtent}, graph).graph);
  std::vector<float> pixels;
  for (int channel = 0; channel < kChannels; ++channel) {
    for (int y = 0; y < kExtent; ++y) {
      for (int x = 0; x < kExtent; ++x) pixels.push_back(pixel(channel, y, x));
    }
  }
  const auto engine = nn::make_engine("reference", network);
  nn::Tape tape;
  engine->forward(TensorView(pixels.data(), network->shape(0).batch_of(1)), {}, tape);
  const auto values = tape.output().values();
  return {values.begin(), values.end()};
}

std::vector<float> expected(int groups, int dilation) {
  const int extent = kExtent - (kKernel - 1) * dilation;
  std::vector<float> sums;
  for (int filter = 0; filter < kFilters; ++filter) {
    const int first = filter / (kFilters / groups) * (kChannels / groups);
    for (int top = 0; top < extent; ++top) {
      for (int left = 0; left < extent; ++left) {
        float sum = 0;
        for (int channel = 0; channel < kChannels / groups; ++channel) {
          for (int y = 0; y < kKernel; ++y) {
            for (int x = 0; x < kKernel; ++x) {
              sum += weight(filter, channel, y, x) *
                     pixel(first + channel, top + y * dilation, left + x * dilation);
            }
          }
        }
        sums.push_back(sum);
      }
    }
  }
  return sums;
}

TEST(OnnxConvolutions, WithGroupsAndDilations) {
  EXPECT_EQ(outputs_of(integer("group", 2), 2, 4), expected(2, 1));
  EXPECT_EQ(outputs_of(integers("dilations", {2, 2}), 1, 3), expected(1, 2));
  EXPECT_EQ(outputs_of(integer("group", 2) + integers("dilations", {3, 3}), 2, 2), expected(2, 3));
}

TEST(OnnxConvolutions, GroupsThatDoNotFitAndKernelsOfTooManyZerosAreRefused) {
  EXPECT_NE(test::error_of([&] { outputs_of(integer("group", 4), 4, 4); }).find("6 filters in 4"),
            std::string::npos);
  const auto kernel = std::make_shared<const Tensor>(Shape{64, 1, 3, 3});
  EXPECT_EQ(dense_kernel(kernel, 64, 1)->shape(), (Shape{64, 64, 3, 3}));
  EXPECT_NE(test::error_of([&] { dense_kernel(kernel, 64, 100); }).find("more than 4194304"),
            std::string::npos);
  EXPECT_EQ(dense_kernel(kernel, 1, 1), kernel);
}

}  // namespace
}  // namespace arcadecam::checkpoint::test_convolutions
