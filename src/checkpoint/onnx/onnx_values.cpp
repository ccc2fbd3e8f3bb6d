#include "checkpoint/onnx/onnx_values.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "checkpoint/formats/dtype.h"
#include "core/text.h"

namespace arcadecam::checkpoint::onnx {
namespace {

enum Type : std::int32_t {
  kFloat = 1,
  kUInt8 = 2,
  kInt8 = 3,
  kInt32 = 6,
  kInt64 = 7,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kBFloat16 = 16,
  kUInt4 = 21,
  kInt4 = 22,
};

constexpr std::size_t kMostFolded = std::size_t{1} << 20;  // of a constant that is computed

[[noreturn]] void refuse(const TensorData& tensor, std::string_view what) {
  throw bad_input("the tensor '{}': {}", printable(tensor.name), what);
}

std::size_t checked_count(const TensorData& tensor) {
  if (tensor.extents.size() > Shape::kMaxRank) refuse(tensor, "too many dimensions");
  for (const std::int64_t extent : tensor.extents) {
    if (extent < 0) refuse(tensor, "a negative dimension");
  }
  try {
    return static_cast<std::size_t>(Shape(tensor.extents).count());
  } catch (const Error&) {
    refuse(tensor, "an impossible shape");
  }
}

template <typename Bits, typename F>
void each_raw(const TensorData& tensor, std::size_t count, F&& visit) {
  if (tensor.raw.size() % sizeof(Bits) != 0 || tensor.raw.size() / sizeof(Bits) != count)
    refuse(tensor, "its bytes do not fit its shape");
  ByteReader in(tensor.raw);
  for (std::size_t i = 0; i < count; ++i) visit(in.little<Bits>("a number"));
}

std::vector<std::int64_t> whole_numbers(const TensorData& tensor, std::size_t count) {
  std::vector<std::int64_t> result;
  if (tensor.raw.empty()) {
    if (tensor.integers.size() != count) refuse(tensor, "its numbers do not fit its shape");
    return tensor.integers;
  }
  const auto push = [&](auto bits) { result.push_back(static_cast<std::int64_t>(bits)); };
  if (tensor.type == kInt64) each_raw<std::uint64_t>(tensor, count, push);
  if (tensor.type == kInt32) {
    each_raw<std::uint32_t>(tensor, count,
                            [&](std::uint32_t bits) { push(static_cast<std::int32_t>(bits)); });
  }
  if (tensor.type == kBool || tensor.type == kUInt8) each_raw<std::uint8_t>(tensor, count, push);
  return result;
}

std::vector<float> real_numbers(const TensorData& tensor, std::size_t count) {
  std::vector<float> result;
  if (tensor.raw.empty()) {
    if (tensor.type == kDouble) {
      for (const double value : tensor.doubles) result.push_back(static_cast<float>(value));
    } else if (tensor.type == kFloat) {
      result = tensor.floats;
    } else {
      for (const std::int64_t bits : tensor.integers) {
        const auto half = static_cast<std::uint16_t>(bits);
        result.push_back(tensor.type == kFloat16 ? half_to_float(half) : bfloat16_to_float(half));
      }
    }
    if (result.size() != count) refuse(tensor, "its numbers do not fit its shape");
    return result;
  }
  if (tensor.type == kFloat) {
    each_raw<std::uint32_t>(tensor, count,
                            [&](auto bits) { result.push_back(std::bit_cast<float>(bits)); });
  } else if (tensor.type == kDouble) {
    each_raw<std::uint64_t>(tensor, count, [&](auto bits) {
      result.push_back(static_cast<float>(std::bit_cast<double>(bits)));
    });
  } else {
    each_raw<std::uint16_t>(tensor, count, [&](auto bits) {
      result.push_back(tensor.type == kFloat16 ? half_to_float(bits) : bfloat16_to_float(bits));
    });
  }
  return result;
}

[[noreturn]] void refuse(const Node& node, std::string_view what) {
  throw bad_input("the node '{}' ({}): {}", printable(node.title()), printable(node.type), what);
}

// A list of whole numbers of rank 0 or 1: a shape, axes, indices.
const std::vector<std::int64_t>& list_of(const Node& node, const Constant& constant) {
  if (!constant.is_whole() || constant.extents.size() > 1)
    refuse(node, "expected a list of whole numbers");
  return constant.integers;
}

Constant list(std::vector<std::int64_t> numbers) {
  const auto count = static_cast<std::int64_t>(numbers.size());
  return {{count}, std::move(numbers), nullptr};
}

Constant gather(const Node& node, std::span<const Constant* const> inputs) {
  const auto& from = list_of(node, *inputs[0]);
  std::vector<std::int64_t> result;
  for (std::int64_t index : list_of(node, *inputs[1])) {
    if (index < 0) index += std::ssize(from);
    if (index < 0 || index >= std::ssize(from)) refuse(node, "an index out of range");
    result.push_back(from[static_cast<std::size_t>(index)]);
  }
  return {inputs[1]->extents, std::move(result), nullptr};
}

Constant concat(const Node& node, std::span<const Constant* const> inputs) {
  std::vector<std::int64_t> result;
  for (const Constant* input : inputs) {
    const auto& part = list_of(node, *input);
    result.insert(result.end(), part.begin(), part.end());
    if (result.size() > kMostFolded) refuse(node, "too many numbers");
  }
  return list(std::move(result));
}

Constant slice(const Node& node, std::span<const Constant* const> inputs) {
  if (inputs.size() < 3) refuse(node, "expected start and end");
  const auto& from = list_of(node, *inputs[0]);
  const auto bound = [&](const Constant& constant) {
    const auto& numbers = list_of(node, constant);
    if (numbers.size() != 1) refuse(node, "expected one start and one end");
    const std::int64_t size = std::ssize(from);
    return std::clamp<std::int64_t>(numbers[0] < 0 ? numbers[0] + size : numbers[0], 0, size);
  };
  const std::int64_t begin = bound(*inputs[1]), end = std::max(begin, bound(*inputs[2]));
  return list({from.begin() + begin, from.begin() + end});
}

// Leading dimensions only: what an exporter puts in front of a vector.
Constant expand(const Node& node, const Constant& from, const Constant& to) {
  const auto& extents = list_of(node, to);
  std::size_t count = 1;
  for (const std::int64_t extent : extents) {
    if (extent < 1 || static_cast<std::size_t>(extent) > kMostFolded / count)
      refuse(node, "a shape out of range");
    count *= static_cast<std::size_t>(extent);
  }
  if (from.size() == 0 || count % from.size() != 0 || from.is_whole())
    refuse(node, "a shape that its input does not fit");
  std::vector<float> result;
  while (result.size() < count) result.insert(result.end(), from.reals->begin(), from.reals->end());
  return {extents, {}, std::make_shared<const std::vector<float>>(std::move(result))};
}

// One whole number, so often as a shape has places.
Constant repeated(const Node& node, const Constant& number, const Constant& shape) {
  std::size_t count = 1;
  for (const std::int64_t extent : list_of(node, shape)) {
    if (extent < 1 || static_cast<std::size_t>(extent) > kMostFolded / count)
      refuse(node, "a shape out of range");
    count *= static_cast<std::size_t>(extent);
  }
  return {shape.integers, std::vector(count, number.integers.front()), nullptr};
}

// Zeros, or another number, of a given shape.
Constant constant_of_shape(const Node& node, const Constant& shape) {
  const auto value = node.attributes.find("value");
  float number = 0;
  if (value != node.attributes.end() && value->second.tensor) {
    const Constant given = constant_of(*value->second.tensor);
    if (given.size() != 1) refuse(node, "expected one number");
    if (given.is_whole()) return repeated(node, given, shape);
    number = given.reals->front();
  }
  const Constant one{{1}, {}, std::make_shared<const std::vector<float>>(1, number)};
  return expand(node, one, shape);
}

std::optional<Constant> onnx_arithmetic(const Node& node, const Constant& a, const Constant& b) {
  if (!a.is_whole() || !b.is_whole()) return std::nullopt;
  const std::size_t count = std::max(a.size(), b.size());
  if ((a.size() != count && a.size() != 1) || (b.size() != count && b.size() != 1))
    return std::nullopt;
  Constant result = a.size() == count ? a : b;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t x = a.integers[a.size() == 1 ? 0 : i], y = b.integers[b.size() == 1 ? 0 : i];
    std::int64_t z = 0;
    bool overflow = false;
    if (node.type == "Add") overflow = __builtin_add_overflow(x, y, &z);
    if (node.type == "Sub") overflow = __builtin_sub_overflow(x, y, &z);
    if (node.type == "Mul") overflow = __builtin_mul_overflow(x, y, &z);
    if (node.type == "Div") {
      if (y == 0 || y == -1) refuse(node, "a division of whole numbers by 0 or -1");
      z = x / y;
    }
    if (overflow) refuse(node, "a number out of range");
    result.integers[i] = z;
  }
  return result;
}

}  // namespace

Constant constant_of(const TensorData& tensor) {
  if (tensor.external) refuse(tensor, "its numbers lie in another file");
  const std::size_t count = checked_count(tensor);
  switch (tensor.type) {
    case kInt64:
    case kInt32:
    case kBool:
    case kUInt8:
      return {tensor.extents, whole_numbers(tensor, count), nullptr};
    case kFloat:
    case kFloat16:
    case kBFloat16:
    case kDouble:
      break;
    case kInt8:
    case kUInt4:
    case kInt4:
      refuse(tensor,
             "its numbers have few bits: the model is quantised, which is not supported: give the "
             "model from before that");
    default:
      refuse(tensor, "its type is none that weights or shapes have");
  }
  auto reals = std::make_shared<std::vector<float>>(real_numbers(tensor, count));
  for (const float value : *reals) {
    if (!std::isfinite(value)) refuse(tensor, "weights must be finite");
  }
  return {tensor.extents, {}, std::move(reals)};
}

std::optional<Constant> fold(const Node& node, std::span<const Constant* const> inputs) {
  if (inputs.empty()) return std::nullopt;
  const std::string& type = node.type;
  if (type == "Identity" || type == "Cast") return *inputs[0];
  if (type == "Concat") return concat(node, inputs);
  if (type == "ConstantOfShape") return constant_of_shape(node, *inputs[0]);
  if (type == "Unsqueeze" || type == "Squeeze") {
    // Between a number and a list of one.
    Constant result = *inputs[0];
    if (result.size() != 1) return std::nullopt;
    result.extents.assign(type == "Unsqueeze" ? 1 : 0, 1);
    return result;
  }
  if (inputs.size() < 2) return std::nullopt;
  if (type == "Gather") return gather(node, inputs);
  if (type == "Slice") return slice(node, inputs);
  if (type == "Expand") return expand(node, *inputs[0], *inputs[1]);
  if (type == "Reshape") {
    Constant result = *inputs[0];
    if (result.size() != 1) return std::nullopt;
    result.extents.clear();
    return result;
  }
  if (type == "Add" || type == "Sub" || type == "Mul" || type == "Div")
    return onnx_arithmetic(node, *inputs[0], *inputs[1]);
  return std::nullopt;
}

}  // namespace arcadecam::checkpoint::onnx
