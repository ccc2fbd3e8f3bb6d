// The operators that only say or change a shape.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checkpoint/onnx/onnx_importer.h"
#include "core/text.h"

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
  if (from.constant) throw fail("this input cannot be reshaped");
  std::vector<std::int64_t> to = constant(1).integers;
  // A model of a fixed batch is read as that of one state.
  if (batch_ > 1 && !to.empty() && to[0] == batch_) to[0] = 1;
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
  if (is_vector_of(from, to)) return put_vector(from, std::move(to));
  const bool whole = open >= 0 ? count % known == 0 : known == count;
  // A free batch of one may be written −1 as well.
  const bool flat = to.size() == 2 && to[0] == 1;
  const bool grouped = to.size() == 3 && to[0] == 1 && from.extents.size() == 2;
  const bool one_step = to.size() == 3 && to[0] == 1 && to[1] == 1;
  const bool turned = from.channels_last || from.flattened_last;
  if (!whole || (turned ? !flat : !flat && !grouped && !one_step)) {
    throw fail(fmt::format("from {} to {}: only flattening and splitting a vector are supported",
                           fmt::join(from.extents, "×"), fmt::join(to, "×")));
  }
  if (from.extents.size() <= 3) {
    Value value = from;
    value.extents = std::move(to);
    return put(std::move(value));
  }
  if (turned) return put_flat(network(), std::move(to));
  Value value = network();
  value.node = append(nn::Flatten{}, {value.node});
  put_vector(value, std::move(to));
}

// An image, flattened in the order that the model has.
void Importer::put_flat(const Value& image, std::vector<std::int64_t> extents) {
  const Shape shape = shape_of(image);
  Value value;
  value.node = append(nn::Flatten{}, {image.node});
  value.extents = std::move(extents);
  if (image.channels_last && shape[0] > 1 && shape.count() > shape[0]) value.flattened_last = shape;
  put(std::move(value));
}

void Importer::flatten() {
  if (integer("axis", 1) != 1) throw fail("only axis 1 is supported");
  if (network().extents.size() == 2) return put(input());
  if (is_vector(network())) return put_vector(network(), {1, shape_of(network())[0]});
  put_flat(network(), {1, shape_of(network()).count()});
}

void Importer::transpose() {
  const Value& from = network();
  if (is_vector(from)) {
    const std::vector<std::int64_t> order = integers("perm");
    std::vector<std::int64_t> extents;
    for (const std::int64_t axis : order) {
      if (axis < 0 || axis >= std::ssize(from.extents)) throw fail("an axis out of range");
      extents.push_back(from.extents[static_cast<std::size_t>(axis)]);
    }
    return put_vector(from, std::move(extents));
  }
  const std::vector<std::int64_t> to_first{0, 3, 1, 2}, to_last{0, 2, 3, 1};
  if (from.extents.size() != 4 || from.flattened_last ||
      integers("perm") != (from.channels_last ? to_first : to_last)) {
    throw fail("only the image's channels can be moved, from last to first and back");
  }
  Value value = from;
  value.channels_last = !from.channels_last;
  for (std::size_t axis = 1; axis < 4; ++axis) {
    const std::vector<std::int64_t>& order = from.channels_last ? to_first : to_last;
    value.extents[axis] = from.extents[static_cast<std::size_t>(order[axis])];
  }
  put(std::move(value));
}

// A vector whose dimensions of one go, and what global pooling leaves: C×1×1.
void Importer::squeeze() {
  const Value& from = network();
  if (is_vector(from)) {
    std::vector<std::int64_t> gone = axes(from.extents.size()), extents;
    for (std::size_t i = 0; i < from.extents.size(); ++i) {
      const bool goes = gone.empty()
                            ? from.extents[i] == 1
                            : std::ranges::find(gone, static_cast<std::int64_t>(i)) != gone.end();
      if (!goes) extents.push_back(from.extents[i]);
    }
    return put_vector(from, std::move(extents));
  }
  if (from.extents.size() == 2) return put(from);
  const Shape& shape = shape_of(from);
  if (shape.count() != shape[0]) throw fail("only extents of 1 beside the channels are supported");
  put_flat(from, {1, shape[0]});
}

void Importer::unsqueeze() {
  const Value& from = vector();
  std::vector<std::int64_t> extents = from.extents;
  for (const std::int64_t axis : axes(extents.size() + 1)) {
    if (axis < 0 || axis > std::ssize(extents)) throw fail("an axis out of range");
    extents.insert(extents.begin() + axis, 1);
  }
  put_vector(from, std::move(extents));
}

bool Importer::is_vector(const Value& value) const {
  if (value.constant || value.node < 0 || is_choice(value) || value.flattened_last) return false;
  const Shape& shape = shape_of(value);
  return shape.rank() == 1 &&
         std::ranges::count(value.extents, 1) + (shape[0] == 1 ? 0 : 1) ==
             std::ssize(value.extents) &&
         (shape[0] == 1 || std::ranges::find(value.extents, shape[0]) != value.extents.end());
}

const Value& Importer::vector() const {
  if (!is_vector(input())) throw fail("only a vector is supported here");
  return input();
}

// The same vector with other dimensions of one.
void Importer::put_vector(const Value& from, std::vector<std::int64_t> extents) {
  Value value = from;
  value.extents = std::move(extents);
  if (value.extents.size() > Shape::kMaxRank || !is_vector(value))
    throw fail("a shape that its input does not fit");
  put(std::move(value));
}

bool Importer::is_vector_of(const Value& from, const std::vector<std::int64_t>& to) const {
  Value value = from;
  value.extents = to;
  return is_vector(from) && to.size() <= Shape::kMaxRank && is_vector(value);
}

// The dimension that is not one; the last where all are.
std::size_t Importer::value_axis(const Value& value) const {
  const auto found = std::ranges::find_if(value.extents, [](auto extent) { return extent != 1; });
  return found == value.extents.end() ? value.extents.size() - 1
                                      : static_cast<std::size_t>(found - value.extents.begin());
}

// The only step of a sequence, the only layer of a state.
void Importer::gather() {
  const Value& from = vector();
  const Constant& index = constant(1);
  std::int64_t axis = integer("axis", 0);
  if (axis < 0) axis += std::ssize(from.extents);
  if (axis < 0 || axis >= std::ssize(from.extents) ||
      from.extents[static_cast<std::size_t>(axis)] != 1 || !index.is_whole() ||
      index.integers.size() != 1 || index.extents.size() > 1 ||
      (index.integers[0] != 0 && index.integers[0] != -1)) {
    throw fail("only the one step of a sequence or the one layer of a state can be taken");
  }
  std::vector<std::int64_t> extents = from.extents;
  if (index.extents.empty()) extents.erase(extents.begin() + axis);
  put_vector(from, std::move(extents));
}

// Part of a vector's values, or all along a dimension of one.
void Importer::slice() {
  const Value from = vector();
  const auto list = [&](std::size_t k) {
    return has_input(k) ? constant(k).integers : std::vector<std::int64_t>{};
  };
  const std::vector<std::int64_t> begins = list(1), ends = list(2), on = list(3), steps = list(4);
  if (begins.size() != ends.size() || (!on.empty() && on.size() != begins.size()) ||
      std::ranges::any_of(steps, [](std::int64_t step) { return step != 1; }) ||
      begins.size() > from.extents.size()) {
    throw fail("expected as many starts as ends, in steps of one");
  }
  const std::int64_t rank = std::ssize(from.extents);
  std::pair<std::int64_t, std::int64_t> part{0, from.extents[value_axis(from)]};
  for (std::size_t i = 0; i < begins.size(); ++i) {
    std::int64_t axis = on.empty() ? static_cast<std::int64_t>(i) : on[i];
    if (axis < 0) axis += rank;
    if (axis < 0 || axis >= rank) throw fail("an axis out of range");
    const std::int64_t extent = from.extents[static_cast<std::size_t>(axis)];
    const auto bound = [&](std::int64_t at) {
      return std::clamp<std::int64_t>(at < 0 ? at + extent : at, 0, extent);
    };
    const std::int64_t begin = bound(begins[i]), end = bound(ends[i]);
    if (begin >= end) throw fail("nothing is left");
    if (static_cast<std::size_t>(axis) == value_axis(from)) part = {begin, end};
  }
  put_part(from, part.first, part.second - part.first, 0);
}

void Importer::split() {
  const Value from = vector();
  std::int64_t axis = integer("axis", 0);
  if (axis < 0) axis += std::ssize(from.extents);
  const std::size_t along = value_axis(from);
  if (axis != static_cast<std::int64_t>(along)) throw fail("only a vector's values can be split");
  std::vector<std::int64_t> parts = integers("split");
  if (has_input(1)) parts = constant(1).integers;
  const std::int64_t total = from.extents[along], count = std::ssize(node_->outputs);
  if (parts.empty()) {
    if (total % count != 0) throw fail("expected equal parts");
    parts.assign(node_->outputs.size(), total / count);
  }
  if (std::ssize(parts) != count) throw fail("expected as many sizes as outputs");
  std::int64_t first = 0;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    if (parts[k] < 1 || parts[k] > total - first) throw fail("a part of a size out of range");
    put_part(from, first, parts[k], k);
    first += parts[k];
  }
}

void Importer::put_part(const Value& from, std::int64_t first, std::int64_t count, std::size_t k) {
  if (k < node_->outputs.size() && node_->outputs[k].empty()) return;
  Value value = from;
  const std::size_t axis = value_axis(from);
  if (count != from.extents[axis]) {
    value.node = append(nn::Slice{first, count}, {from.node}, printable(node_->outputs[k]));
    value.extents[axis] = count;
  }
  put(std::move(value), k);
}

}  // namespace arcadecam::checkpoint::onnx
