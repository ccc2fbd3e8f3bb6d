#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace arcadecam::checkpoint::onnx {

/// onnx.proto's TensorProto, as far as constants and weights need it.
struct TensorData {
  std::string name;
  std::vector<std::int64_t> extents;
  std::int32_t type = 0;  ///< 1 float, 6 int32, 7 int64, 9 bool, 10 float16, 11 double, 16 bfloat16
  ByteView raw;           ///< little-endian elements, empty where the fields below hold them
  std::vector<float> floats;
  std::vector<std::int64_t> integers;
  std::vector<double> doubles;
  bool external = false;  ///< the numbers lie in another file, until take_external()
  std::map<std::string, std::string, std::less<>> external_data;  ///< where: location, offset, …
};

struct Attribute {
  float real = 0;
  std::int64_t integer = 0;
  std::string text;
  std::optional<TensorData> tensor;
  std::vector<float> reals;
  std::vector<std::int64_t> integers;
  std::vector<std::string> texts;
};

struct Node {
  std::string name, type, domain;
  std::vector<std::string> inputs, outputs;
  std::map<std::string, Attribute, std::less<>> attributes;

  /// What messages call it: its name, or else its output's.
  [[nodiscard]] std::string_view title() const;
};

struct Input {
  std::string name;
  std::vector<std::int64_t> extents;  ///< −1 where it is free
};

struct Model {
  std::int64_t opset = 0;
  std::vector<Node> nodes;
  std::vector<TensorData> initializers;
  std::vector<Input> inputs;
  std::vector<std::string> outputs;
};

/// Reads the protobuf message ModelProto. Lengths are checked against the bytes that are there;
/// unknown fields are skipped. The tensors refer to `bytes`. Throws Error for anything malformed,
/// and beyond 20,000 nodes or tensors.
Model read_model(ByteView bytes);

}  // namespace arcadecam::checkpoint::onnx
