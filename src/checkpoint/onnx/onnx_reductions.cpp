// The operators that make fewer numbers of many: means, sums, largest ones, the choice of an
// action.
#include <fmt/format.h>

#include "checkpoint/onnx/onnx_importer.h"

namespace arcadecam::checkpoint::onnx {

void Importer::reduce() {
  const Value& from = network();
  const bool mean = node_->type == "ReduceMean", sum = node_->type == "ReduceSum";
  const std::size_t rank = from.extents.size();
  const std::vector<std::int64_t> over = axes(rank);
  const bool keeps = integer("keepdims", 1) != 0;
  const auto is_over = [&](std::vector<std::int64_t> expected) { return over == expected; };
  if (rank == 4 && (from.channels_last ? is_over({1, 2}) : is_over({2, 3})))
    return reduce_image(keeps);
  Value value;
  // A dueling head's mean over the advantages.
  if (mean && rank == 2 && is_over({1}) && is_vector(from)) {
    value.node = append(Mean{}, {from.node});
    value.extents.assign(keeps ? 2 : 1, 1);
    return put(std::move(value));
  }
  if (sum && rank == 3 && is_over({2})) {
    value.node = append(RowSum{from.extents[2]}, {from.node});
    value.extents = {1, from.extents[1]};
    if (keeps) value.extents.push_back(1);
    return put(std::move(value));
  }
  if (mean && rank == 3 && !keeps && (is_over({1}) || is_over({2}))) {
    const auto axis = static_cast<std::size_t>(over[0]);
    return add(GroupMean{from.extents[axis], axis == 1}, {from.node});
  }
  throw fail(
      "only reductions of an image to a number a channel, means over advantages or quantiles, and "
      "sums over atoms are supported");
}

// To one number per channel.
void Importer::reduce_image(bool keeps) {
  const Value& image = network();
  const Shape shape = shape_of(image);
  const std::int64_t extent = shape[1];
  if (shape[2] != extent) throw fail("expected a square image");
  using Kind = nn::Pool2d::Kind;
  const auto side = static_cast<int>(extent);
  int node = append(
      nn::Pool2d{node_->type == "ReduceMax" ? Kind::kMax : Kind::kMean, side, side, 0, 0, false},
      {image.node});
  if (node_->type == "ReduceSum")
    node = append(nn::Scale{static_cast<float>(extent * extent)}, {node}, layer_name() + ".sum");
  if (!keeps) return add(nn::Flatten{}, {node}, "flatten");
  Value value = image;
  value.node = node;
  value.extents = image.channels_last ? std::vector<std::int64_t>{1, 1, 1, shape[0]}
                                      : std::vector<std::int64_t>{1, shape[0], 1, 1};
  put(std::move(value));
}

void Importer::log_sum_exp() {
  const Value& from = network();
  const auto axis = static_cast<std::int64_t>(is_vector(from) ? value_axis(from) : 0);
  if (!is_vector(from) || axes(from.extents.size()) != std::vector<std::int64_t>{axis})
    throw fail("only over a vector");
  Value value;
  value.node = append(LogSumExp{}, {from.node});
  value.extents = from.extents;
  value.extents[static_cast<std::size_t>(axis)] = 1;
  if (integer("keepdims", 1) == 0) value.extents.erase(value.extents.begin() + axis);
  put(std::move(value));
}

void Importer::arg_max() {
  Value value = network();
  const std::int64_t rank = std::ssize(value.extents);
  std::int64_t axis = integer("axis", node_->type == "TopK" ? -1 : 0);
  if (axis < 0) axis += rank;
  if (!is_vector(value) || axis != static_cast<std::int64_t>(value_axis(value)))
    throw fail("expected one value per action, and the choice among them");
  if (node_->type == "TopK") {
    if (constant(1).integers != std::vector<std::int64_t>{1} || integer("largest", 1) == 0)
      throw fail("only the largest value can be taken");
  }
  value.node = append(Choice{}, {value.node});
  for (std::size_t k = 0; k < node_->outputs.size(); ++k) {
    if (!node_->outputs[k].empty()) put(value, k);
  }
}

void Importer::random() {
  throw fail(
      "the model draws its action at random: export the network up to the values or logits that it "
      "draws from");
}

}  // namespace arcadecam::checkpoint::onnx
