// The operators that only say or change a shape.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checkpoint/onnx_importer.h"

namespace arcadecam::checkpoint::onnx {

void Importer::shape() {
  const Value& value = input();
  const auto rank = static_cast<std::int64_t>(value.extents.size());
  put_constant({{rank}, value.extents, nullptr});
}

void Importer::constant_node() {
  if (const Attribute* value = attribute("value"); value != nullptr && value->tensor)
    return put_constant(constant_of(*value->tensor));
  if (const Attribute* value = attribute("value_int"))
    return put_constant({{}, {value->integer}, nullptr});
  if (const Attribute* value = attribute("value_ints")) {
    return put_constant({{std::ssize(value->integers)}, value->integers, nullptr});
  }
  if (const Attribute* value = attribute("value_float")) {
    return put_constant({{}, {}, std::make_shared<const std::vector<float>>(1, value->real)});
  }
  throw fail("a constant of a kind that is not supported");
}

void Importer::same() {
  put(input());
}

void Importer::reshape() {
  const Value& from = input();
  if (from.constant || from.channels_last) throw fail("this input cannot be reshaped");
  std::vector<std::int64_t> to = constant(1).integers;
  std::int64_t count = 1, known = 1, open = -1;
  for (const std::int64_t extent : from.extents) count *= extent;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (to[i] == 0 && i < from.extents.size()) to[i] = from.extents[i];
    if (to[i] == -1 && open < 0) {
      open = static_cast<std::int64_t>(i);
    } else if (to[i] < 1 || to[i] > count / known) {
      throw fail("a shape that its input does not fit");
    } else {
      known *= to[i];
    }
  }
  if (open >= 0) to[static_cast<std::size_t>(open)] = count / known;
  if (to == from.extents) return put(from);
  const bool whole = open >= 0 ? count % known == 0 : known == count;
  // A free batch of one may be written −1 as well.
  const bool flat = to.size() == 2 && to[0] == 1;
  const bool grouped = to.size() == 3 && to[0] == 1 && from.extents.size() == 2;
  if (!whole || (!flat && !grouped)) {
    throw fail(fmt::format("from {} to {}: only flattening and splitting a vector are supported",
                           fmt::join(from.extents, "×"), fmt::join(to, "×")));
  }
  if (from.extents.size() <= 3) {
    Value value = from;
    value.extents = std::move(to);
    return put(std::move(value));
  }
  add(nn::Flatten{});
}

void Importer::flatten() {
  if (integer("axis", 1) != 1) throw fail("only axis 1 is supported");
  if (network().extents.size() == 2) return put(input());
  add(nn::Flatten{});
}

void Importer::transpose() {
  const Value& from = network();
  if (!from.channels_last || integers("perm") != std::vector<std::int64_t>{0, 3, 1, 2})
    throw fail("only the image's channels can be moved, from last to first");
  Value value = from;
  value.channels_last = false;
  value.extents = {1, from.extents[3], from.extents[1], from.extents[2]};
  put(std::move(value));
}

// What global pooling leaves: C×1×1.
void Importer::squeeze() {
  const Value& from = network();
  for (std::size_t i = 2; i < from.extents.size(); ++i) {
    if (from.extents[i] != 1) throw fail("only extents of 1 behind the channels are supported");
  }
  if (from.extents.size() == 2) return put(from);
  add(nn::Flatten{});
}

}  // namespace arcadecam::checkpoint::onnx
