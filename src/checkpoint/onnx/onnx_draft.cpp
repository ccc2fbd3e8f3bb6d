#include "checkpoint/onnx/onnx_draft.h"

#include <fmt/format.h>

#include <span>

#include "arcadecam/core/error.h"
#include "core/overloaded.h"
#include "nn/infer_shape.h"

namespace arcadecam::checkpoint::onnx {
namespace {

// How many times the file's weights a graph may hold: layers that share a tensor have each their
// own, and uneven padding makes kernels up to four times as large. Small files may hold more.
constexpr std::int64_t kMostCopies = 4, kAlwaysHeld = std::int64_t{1} << 22;

Error misfit(const Draft::Node& node) {
  return bad_input("the ONNX operator {}: its inputs do not fit each other", node.origin);
}

Shape shape_of(const Draft::Node& node, std::span<const Shape> inputs) {
  const auto expect = [&](bool fits) {
    if (!fits) throw misfit(node);
  };
  const auto vector = [&](std::size_t count, std::int64_t part = 1) -> const Shape& {
    expect(inputs.size() == count && inputs[0].rank() == 1 && part >= 1 &&
           inputs[0][0] % part == 0);
    return inputs[0];
  };
  const auto vector_and_number = [&] {
    vector(2);
    expect(inputs[1] == Shape{1});
    return inputs[0];
  };
  return std::visit(
      Overloaded{[&](const nn::Op& op) {
                   return nn::infer_shape({node.name, op, node.inputs}, inputs);
                 },
                 [&](const Erf&) {
                   expect(inputs.size() == 1);
                   return inputs[0];
                 },
                 [&](const AddConstant& op) {
                   const std::int64_t count = op.numbers->size();
                   expect(inputs.size() == 1 && (count == 1 || inputs[0][0] == count));
                   return inputs[0];
                 },
                 [&](const Product&) {
                   expect(inputs.size() == 2 && inputs[0] == inputs[1]);
                   return inputs[0];
                 },
                 [&](const AddNumber&) { return vector_and_number(); },
                 [&](const SubtractNumber&) { return vector_and_number(); },
                 [&](const Mean&) {
                   vector(1);
                   return Shape{1};
                 },
                 [&](const GroupMean& op) { return Shape{vector(1, op.groups)[0] / op.groups}; },
                 [&](const RowSoftmax& op) { return vector(1, op.length); },
                 [&](const RowScale& op) { return vector(1, op.factors->size()); },
                 [&](const RowSum& op) { return Shape{vector(1, op.length)[0] / op.length}; },
                 [&](const FlatBatchNorm&) { return vector(1); },
                 [&](const LogSoftmax&) { return vector(1); },
                 [&](const LogSumExp&) {
                   vector(1);
                   return Shape{1};
                 },
                 [&](const Choice&) {
                   vector(1);
                   return Shape{1};
                 }},
      node.op);
}

// What is wrong with an operator that no pass made anything of.
std::string_view complaint(const DraftOp& op) {
  constexpr std::string_view kReductions =
      "only reductions of an image to a number a channel, means over advantages or quantiles, and "
      "sums over atoms are supported";
  return std::visit(
      Overloaded{
          [](const nn::Op&) { return std::string_view(); },
          [](const Erf&) { return std::string_view("only within GELU"); },
          [](const AddConstant&) {
            return std::string_view(
                "a constant is supported only as the bias of a MatMul or a Conv");
          },
          [](const Product&) {
            return std::string_view(
                "only a product with one number or of two vectors, SiLU's and GELU's are "
                "supported");
          },
          [](const AddNumber&) { return std::string_view("two inputs of different shapes"); },
          [](const SubtractNumber&) { return std::string_view("two inputs of different shapes"); },
          [&](const Mean&) { return kReductions; },
          [](const GroupMean&) {
            return std::string_view("a mean over quantiles that no linear layer gives");
          },
          [](const RowSoftmax&) {
            return std::string_view("only over a vector, or over atoms of which the mean follows");
          },
          [](const RowScale&) {
            return std::string_view("only a product with one number is supported");
          },
          [&](const RowSum&) { return kReductions; },
          [](const FlatBatchNorm&) { return std::string_view("only of images is it supported"); },
          [](const LogSumExp&) {
            return std::string_view("only as the normalisation of a policy's logits");
          },
          [](const LogSoftmax&) {
            return std::string_view("only a policy's logits can be normalised, before its softmax");
          },
          [](const Choice&) {
            return std::string_view("the model should put out the choice of an action itself");
          }},
      op);
}

}  // namespace

int Draft::append(Node node) {
  node.name = unique(node.name);
  count_weights(node.op);
  std::vector<Shape> inputs;
  for (const int from : node.inputs) inputs.push_back(shape(from));
  node.shape = shape_of(node, inputs);
  nodes_.push_back(std::move(node));
  return size() - 1;
}

void Draft::replace(int at, DraftOp op, std::vector<int> inputs, std::string_view name) {
  Node& old = nodes_[static_cast<std::size_t>(at)];
  Node made{name.empty() ? old.name : unique(name), std::move(op), std::move(inputs), old.origin};
  count_weights(made.op);
  std::vector<Shape> shapes;
  for (const int from : made.inputs) shapes.push_back(shape(from));
  made.shape = shape_of(made, shapes);
  if (made.shape != old.shape) throw misfit(made);
  old = std::move(made);
}

void Draft::count_weights(const DraftOp& op) {
  if (const auto* known = std::get_if<nn::Op>(&op)) {
    for (const auto& weights : nn::weights_of(*known)) made_ += weights.tensor->size();
  }
  if (const auto* added = std::get_if<AddConstant>(&op)) made_ += added->numbers->size();
  if (const auto* scaled = std::get_if<RowScale>(&op)) made_ += scaled->factors->size();
  if (made_ > kMostCopies * (held_ + kAlwaysHeld)) {
    throw bad_input("its layers use the same weights too often: more than {} times the file",
                    kMostCopies);
  }
}

std::string Draft::unique(std::string_view name) {
  std::string result(name);
  while (!names_.insert(result).second) {
    int& number = numbers_.try_emplace(std::string(name), 1).first->second;
    result = fmt::format("{} ({})", name, ++number);
  }
  return result;
}

std::vector<bool> Draft::leading_to(std::vector<int> nodes, const std::map<int, int>& next) const {
  std::vector<bool> needed(nodes_.size());
  while (!nodes.empty()) {
    const int at = nodes.back();
    nodes.pop_back();
    if (needed[static_cast<std::size_t>(at)]) continue;
    needed[static_cast<std::size_t>(at)] = true;
    nodes.insert(nodes.end(), node(at).inputs.begin(), node(at).inputs.end());
    if (const auto found = next.find(at); found != next.end()) nodes.push_back(found->second);
  }
  return needed;
}

nn::Graph Draft::graph(const Outputs& outputs) const {
  std::vector<int> roots{0, outputs.actions};
  if (outputs.critic >= 0) roots.push_back(outputs.critic);
  const std::vector<bool> needed = leading_to(std::move(roots), outputs.next);
  std::vector<int> place(nodes_.size(), -1);
  std::vector<nn::Node> kept;
  const auto keep = [&](int at) {
    const Node& from = node(at);
    const auto* op = std::get_if<nn::Op>(&from.op);
    if (op == nullptr) throw bad_input("the ONNX operator {}: {}", from.origin, complaint(from.op));
    nn::Node made{from.name, *op, {}};
    made.is_value = at == outputs.critic;
    made.is_policy = outputs.policy && at == outputs.actions;
    if (const auto found = outputs.next.find(at); found != outputs.next.end())
      std::get<nn::State>(made.op).next = node(found->second).name;
    for (const int input : from.inputs) {
      const int moved = place[static_cast<std::size_t>(input)];
      if (moved < 0) {
        throw bad_input("the output of '{}', which plays, is an input of '{}' as well",
                        node(input).name, from.name);
      }
      made.inputs.push_back(moved);
    }
    place[static_cast<std::size_t>(at)] = static_cast<int>(kept.size());
    kept.push_back(std::move(made));
  };
  for (int at = 0; at < size(); ++at) {
    if (needed[static_cast<std::size_t>(at)] && at != outputs.actions) keep(at);
  }
  if (outputs.actions > 0) keep(outputs.actions);
  return nn::Graph(std::move(kept));
}

}  // namespace arcadecam::checkpoint::onnx
