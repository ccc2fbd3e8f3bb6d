#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "checkpoint/formats/archives.h"
#include "checkpoint/onnx/onnx_importer.h"

/// ONNX models written down byte by byte.
namespace arcadecam::test::onnx_bytes {

/// Protobuf's length-delimited field.
inline std::string field(int number, const std::string& content) {
  std::string head{static_cast<char>(number << 3 | 2)};
  std::size_t size = content.size();
  for (; size > 127; size /= 128) head += static_cast<char>(size % 128 | 128);
  head += static_cast<char>(size);
  return head + content;
}

/// A field of a number below 128.
inline std::string number(int field_number, int value) {
  return {static_cast<char>(field_number << 3), static_cast<char>(value)};
}

/// A graph's input (11) or output (12) of these extents, all below 128.
inline std::string value(int field_number, const std::string& name,
                         const std::vector<int>& extents) {
  std::string shape;
  for (const int extent : extents) shape += field(1, number(1, extent));
  return field(field_number, field(1, name) + field(2, field(1, field(2, shape))));
}

inline std::string integer(const std::string& name, int value) {
  return field(5, field(1, name) + number(3, value));
}
inline std::string integers(const std::string& name, const std::vector<int>& values) {
  std::string packed;
  for (const int value : values) packed += static_cast<char>(value);
  return field(5, field(1, name) + field(8, packed));
}

inline std::string operation(const std::string& type, const std::vector<std::string>& inputs,
                             const std::vector<std::string>& outputs,
                             const std::string& attributes = {}) {
  std::string node;
  for (const std::string& input : inputs) node += field(1, input);
  for (const std::string& output : outputs) node += field(2, output);
  return field(1, node + field(3, outputs.front()) + field(4, type) + attributes);
}

/// A tensor of floats.
inline std::string tensor(const std::string& name, const std::vector<int>& extents,
                          const std::vector<float>& values) {
  std::string dimensions, raw;
  for (const int extent : extents) dimensions += number(1, extent);
  for (const float value : values) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int byte = 0; byte < 4; ++byte) raw += static_cast<char>(bits >> 8 * byte & 0xFF);
  }
  return field(5, dimensions + number(2, 1) + field(8, name) + field(9, raw));
}

/// A model of opset 11 with one image `x` of channels×height×width.
inline checkpoint::onnx::Imported imported(const std::vector<int>& image,
                                           const std::string& graph) {
  std::vector<int> extents{1};
  extents.insert(extents.end(), image.begin(), image.end());
  const std::string whole = value(11, "x", extents) + graph;
  checkpoint::NothingBeside nothing;
  return checkpoint::onnx::import_onnx(view_of(field(8, number(2, 11)) + field(7, whole)), nothing);
}

}  // namespace arcadecam::test::onnx_bytes
