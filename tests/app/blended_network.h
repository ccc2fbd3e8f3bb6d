#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::test {

/// The weights of a network, layer by layer.
inline std::vector<nn::Weights> weights_in(const nn::Graph& graph) {
  std::vector<nn::Weights> all;
  for (const nn::Node& node : graph.nodes()) {
    if (const auto* conv = std::get_if<nn::Conv2d>(&node.op)) {
      all.insert(all.end(), {conv->weight, conv->bias});
    } else if (const auto* linear = std::get_if<nn::Linear>(&node.op)) {
      all.insert(all.end(), {linear->weight, linear->bias});
    }
  }
  return all;
}

/// A safetensors file of (1 − share)·first + share·second.
inline void write_blended(const std::filesystem::path& file, const nn::Graph& first,
                          const nn::Graph& second, float share) {
  const auto a = weights_in(first), b = weights_in(second);
  std::string header = "{", bytes;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t begin = bytes.size();
    for (std::int64_t k = 0; k < a[i]->size(); ++k) {
      const auto at = static_cast<std::size_t>(k);
      const float value = (1 - share) * a[i]->values()[at] + share * b[i]->values()[at];
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    std::string shape;
    for (int axis = 0; axis < a[i]->shape().rank(); ++axis)
      shape += (axis == 0 ? "" : ",") + std::to_string(a[i]->shape()[axis]);
    header += fmt::format(R"({}"layer{}.{}":{{"dtype":"F32","shape":[{}],"data_offsets":[{},{}]}})",
                          i == 0 ? "" : ",", i / 2, i % 2 == 0 ? "weight" : "bias", shape, begin,
                          bytes.size());
  }
  header += "}";
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  const auto size = static_cast<std::uint64_t>(header.size());
  out.write(reinterpret_cast<const char*>(&size), sizeof size);
  out << header << bytes;
}

}  // namespace arcadecam::test
