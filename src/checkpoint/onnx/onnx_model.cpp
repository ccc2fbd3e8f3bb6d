#include "checkpoint/onnx/onnx_model.h"

#include <bit>

#include "checkpoint/formats/protobuf.h"
#include "core/text.h"

namespace arcadecam::checkpoint::onnx {
namespace {

constexpr std::size_t kMost = 20'000;
constexpr std::size_t kLongestOnnxName = 4096;

using protobuf::each_field;
using protobuf::Field;
using protobuf::varint;

std::string onnx_text(const Field& field) {
  if (field.bytes.size() > kLongestOnnxName)
    throw bad_input("a name of {} bytes", field.bytes.size());
  return std::string(as_text(field.bytes));
}

// A repeated number, packed or one by one.
void add_integers(const Field& field, std::vector<std::int64_t>& to) {
  if (field.kind != Field::Kind::kBytes) {
    to.push_back(static_cast<std::int64_t>(field.value));
    return;
  }
  ByteReader in(field.bytes);
  while (in.remaining() > 0) to.push_back(static_cast<std::int64_t>(varint(in)));
}

template <typename Bits, typename T>
void add_reals(const Field& field, std::vector<T>& to) {
  if (field.kind != Field::Kind::kBytes) {
    to.push_back(std::bit_cast<T>(static_cast<Bits>(field.value)));
    return;
  }
  ByteReader in(field.bytes);
  while (in.remaining() > 0) to.push_back(std::bit_cast<T>(in.little<Bits>("a number")));
}

// StringStringEntryProto: a key and a value.
void add_entry(ByteView message, std::map<std::string, std::string, std::less<>>& to) {
  std::string key, value;
  each_field(message, [&](const Field& field) {
    if (field.number == 1) key = onnx_text(field);
    if (field.number == 2) value = onnx_text(field);
  });
  to.insert_or_assign(std::move(key), std::move(value));
}

TensorData read_tensor(ByteView message) {
  TensorData tensor;
  each_field(message, [&](const Field& field) {
    switch (field.number) {
      case 1:
        return add_integers(field, tensor.extents);
      case 2:
        tensor.type = static_cast<std::int32_t>(field.value);
        return;
      case 4:
        return add_reals<std::uint32_t>(field, tensor.floats);
      case 5:
      case 7:
        return add_integers(field, tensor.integers);
      case 8:
        tensor.name = onnx_text(field);
        return;
      case 9:
        tensor.raw = field.bytes;
        return;
      case 10:
        return add_reals<std::uint64_t>(field, tensor.doubles);
      case 13:
        return add_entry(field.bytes, tensor.external_data);
      case 14:
        tensor.external = field.value != 0;
        return;
      default:
        return;
    }
  });
  return tensor;
}

void read_attribute(ByteView message, Node& node) {
  std::string name;
  Attribute attribute;
  each_field(message, [&](const Field& field) {
    switch (field.number) {
      case 1:
        name = onnx_text(field);
        return;
      case 2:
        attribute.real = std::bit_cast<float>(static_cast<std::uint32_t>(field.value));
        return;
      case 3:
        attribute.integer = static_cast<std::int64_t>(field.value);
        return;
      case 4:
        attribute.text = onnx_text(field);
        return;
      case 5:
        attribute.tensor = read_tensor(field.bytes);
        return;
      case 7:
        return add_reals<std::uint32_t>(field, attribute.reals);
      case 8:
        return add_integers(field, attribute.integers);
      case 9:
        attribute.texts.push_back(onnx_text(field));
        return;
      default:
        return;
    }
  });
  node.attributes.insert_or_assign(std::move(name), std::move(attribute));
}

Node read_node(ByteView message) {
  Node node;
  each_field(message, [&](const Field& field) {
    switch (field.number) {
      case 1:
        node.inputs.push_back(onnx_text(field));
        return;
      case 2:
        node.outputs.push_back(onnx_text(field));
        return;
      case 3:
        node.name = onnx_text(field);
        return;
      case 4:
        node.type = onnx_text(field);
        return;
      case 5:
        return read_attribute(field.bytes, node);
      case 7:
        node.domain = onnx_text(field);
        return;
      default:
        return;
    }
  });
  return node;
}

// ValueInfoProto: name, type.tensor_type.shape.dim[].dim_value.
Input read_input(ByteView message) {
  Input input;
  const auto descend = [](std::uint32_t number, auto&& visit) {
    return [number, visit](const Field& field) {
      if (field.number == number) visit(field.bytes);
    };
  };
  each_field(message, [&](const Field& field) {
    if (field.number == 1) input.name = onnx_text(field);
    if (field.number != 2) return;
    each_field(field.bytes, descend(1, [&](ByteView type) {
                 each_field(type, descend(2, [&](ByteView shape) {
                              each_field(shape, descend(1, [&](ByteView dimension) {
                                           std::int64_t extent = -1;
                                           each_field(dimension, [&](const Field& value) {
                                             if (value.number == 1)
                                               extent = static_cast<std::int64_t>(value.value);
                                           });
                                           input.extents.push_back(extent);
                                         }));
                            }));
               }));
  });
  return input;
}

void read_graph(ByteView message, Model& model) {
  each_field(message, [&](const Field& field) {
    switch (field.number) {
      case 1:
        model.nodes.push_back(read_node(field.bytes));
        break;
      case 5:
        model.initializers.push_back(read_tensor(field.bytes));
        break;
      case 11:
        model.inputs.push_back(read_input(field.bytes));
        break;
      case 12:
        model.outputs.push_back(read_input(field.bytes).name);
        break;
      case 15:
        throw bad_input("it holds sparse weights, which are not supported");
      default:
        break;
    }
    if (model.nodes.size() > kMost || model.initializers.size() > kMost ||
        model.inputs.size() > kMost || model.outputs.size() > kMost) {
      throw bad_input("more than {} nodes or tensors", kMost);
    }
  });
}

}  // namespace

std::string_view Node::title() const {
  if (!name.empty() || outputs.empty()) return name;
  return outputs.front();
}

Model read_model(ByteView bytes) {
  Model model;
  bool has_graph = false;
  each_field(bytes, [&](const Field& field) {
    if (field.number == 7 && field.kind == Field::Kind::kBytes) {
      if (has_graph) throw bad_input("an ONNX model with two graphs");
      has_graph = true;
      read_graph(field.bytes, model);
    } else if (field.number == 8 && field.kind == Field::Kind::kBytes) {
      std::string domain;
      std::int64_t version = 0;
      each_field(field.bytes, [&](const Field& part) {
        if (part.number == 1) domain = onnx_text(part);
        if (part.number == 2) version = static_cast<std::int64_t>(part.value);
      });
      if (domain.empty() || domain == "ai.onnx") model.opset = version;
    } else if (field.number == 25) {
      throw bad_input("it holds functions of its own, which are not supported: export it inlined");
    }
  });
  if (!has_graph) throw bad_input("an ONNX model without a graph");
  return model;
}

}  // namespace arcadecam::checkpoint::onnx
