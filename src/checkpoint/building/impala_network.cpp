#include "checkpoint/building/impala_network.h"

#include <fmt/format.h>

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::checkpoint {
namespace {

// x + conv(f(conv(f(x)))), f the activation function
void residual_block(NetworkBuilder& nodes, const ImpalaSequence::Block& block,
                    std::int64_t channels) {
  const int from = nodes.last();
  for (std::size_t i = 0; i < block.convolutions.size(); ++i) {
    const std::string& name = block.convolutions[i];
    nodes.activation(fmt::format("{}.relu{}", block.name, i));
    const std::int64_t filters = nodes.conv(name, channels, 3, 1, 1);
    if (filters != channels) {
      throw bad_input("the tensor '{}.weight' has {} filters; expected {}", name, filters,
                      channels);
    }
  }
  nodes.add(block.name, nn::Add{}, {from, nodes.last()});
}

nn::Pool2d impala_pool(ImpalaPooling pooling, std::int64_t extent) {
  nn::Pool2d result{nn::Pool2d::Kind::kMax, 3, 2, 1, 1};
  if (pooling == ImpalaPooling::kSame && extent % 2 == 0) result.before = 0;
  return result;
}

}  // namespace

FlatImage add_impala(NetworkBuilder& nodes, TensorTaker& taker,
                     const std::vector<ImpalaSequence>& sequences, ImpalaPooling pooling,
                     float divisor) {
  constexpr std::int64_t kAny = TensorTaker::kAny;
  const nn::Weights first =
      taker.take(sequences.front().convolution + ".weight", {kAny, kAny, 3, 3});
  FlatImage image{first->shape()[1], 84};
  nodes.pixels(image.channels, divisor);
  for (const ImpalaSequence& sequence : sequences) {
    image.channels = nodes.conv(sequence.convolution, image.channels, 3, 1, 1);
    nodes.add(sequence.convolution + ".pool", impala_pool(pooling, image.extent));
    for (const ImpalaSequence::Block& block : sequence.blocks)
      residual_block(nodes, block, image.channels);
    image.extent = image.width = (image.extent + 1) / 2;
  }
  nodes.add("flatten", nn::Flatten{});
  nodes.activation("flatten.relu");
  return image;
}

std::vector<ImpalaSequence> torch_impala(const StateDict& state, const std::string& prefix) {
  std::vector<ImpalaSequence> sequences;
  for (int i = 0;; ++i) {
    const std::string name = fmt::format("{}{}", prefix, i);
    if (state.find(name + ".res_block0.conv0.weight") == nullptr) return sequences;
    sequences.push_back({name + ".conv", {}});
    for (const char* block : {".res_block0", ".res_block1"}) {
      const std::string at = name + block;
      sequences.back().blocks.push_back({at, {at + ".conv0", at + ".conv1"}});
    }
  }
}

std::vector<ImpalaSequence> flax_impala(const StateDict& flax, const std::string& prefix) {
  std::vector<ImpalaSequence> sequences;
  for (int i = 0;; ++i) {
    const std::string name = fmt::format("{}ConvSequence_{}/", prefix, i);
    if (flax.find(name + "ResidualBlock_0/Conv_0/kernel") == nullptr) return sequences;
    sequences.push_back({name + "Conv_0", {}});
    for (const int block : {0, 1}) {
      const std::string at = fmt::format("{}ResidualBlock_{}", name, block);
      sequences.back().blocks.push_back({at, {at + "/Conv_0", at + "/Conv_1"}});
    }
  }
}

}  // namespace arcadecam::checkpoint
