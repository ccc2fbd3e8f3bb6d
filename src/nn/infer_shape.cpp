#include "nn/infer_shape.h"

#include "arcadecam/core/error.h"

namespace arcadecam::nn {
namespace {

/// Infers one node's shape; every complaint names the node.
class ShapeRule {
 public:
  ShapeRule(const Node& node, std::span<const Shape> inputs) : node_(node), inputs_(inputs) {}

  Shape operator()(const Input& op) const {
    expect_inputs(0);
    if (op.shape.rank() == 0 || op.shape.count() == 0) {
      throw fail("an input shape with elements", to_string(op.shape));
    }
    return op.shape;
  }
  Shape operator()(const Scale&) const { return only_input(); }
  Shape operator()(const Relu&) const { return only_input(); }

  Shape operator()(const Conv2d& op) const {
    const Shape& in = image_input();
    expect_weight(op.weight, "weight", 4);
    const Shape& kernel = op.weight->shape();
    if (kernel[1] != in[0]) {
      throw fail(fmt::format("a weight for {} input channels", in[0]), to_string(kernel));
    }
    expect_bias(op.bias, kernel[0]);
    if (op.stride < 1 || op.padding < 0) {
      throw fail("a stride of at least 1 and no negative padding",
                 fmt::format("stride {}, padding {}", op.stride, op.padding));
    }
    const auto extent = [&](int axis) {
      const std::int64_t room = in[axis] + 2 * op.padding - kernel[axis + 1];
      if (room < 0 || kernel[axis + 1] == 0) {
        throw fail(fmt::format("a kernel that fits an input of {}", to_string(in)),
                   to_string(kernel));
      }
      return room / op.stride + 1;
    };
    return {kernel[0], extent(1), extent(2)};
  }

  Shape operator()(const BatchNorm2d& op) const {
    const Shape& in = image_input();
    for (const auto& [name, weight] : weights_of(op)) {
      expect_weight(weight, name, 1);
      if (weight->shape()[0] != in[0]) {
        throw fail(fmt::format("{} of length {}", name, in[0]), to_string(weight->shape()));
      }
    }
    if (!(op.epsilon >= 0)) throw fail("an epsilon of at least 0", fmt::format("{}", op.epsilon));
    return in;
  }

  Shape operator()(const Flatten&) const { return {only_input().count()}; }

  Shape operator()(const Linear& op) const {
    const Shape& in = only_input();
    expect_weight(op.weight, "weight", 2);
    const Shape& weight = op.weight->shape();
    if (in.rank() != 1 || weight[1] != in[0]) {
      throw fail(fmt::format("a flat input of {} values (weight {})", weight[1], to_string(weight)),
                 to_string(in));
    }
    expect_bias(op.bias, weight[0]);
    return {weight[0]};
  }

  Shape operator()(const Add&) const {
    expect_inputs(2);
    if (inputs_[0] != inputs_[1]) {
      throw fail("two inputs of one shape",
                 fmt::format("{} and {}", to_string(inputs_[0]), to_string(inputs_[1])));
    }
    return inputs_[0];
  }

  Shape operator()(const Activation&) const { return only_input(); }

  Shape operator()(const Pool2d& op) const {
    const Shape& in = image_input();
    if (op.kernel < 1 || op.stride < 1 || op.before < 0 || op.after < 0 || op.before >= op.kernel ||
        op.after >= op.kernel) {
      throw fail("a kernel and a stride of at least 1 and padding smaller than the kernel",
                 fmt::format("kernel {}, stride {}, padding {} and {}", op.kernel, op.stride,
                             op.before, op.after));
    }
    const auto extent = [&](int axis) {
      const std::int64_t room = in[axis] + op.before + op.after - op.kernel;
      if (room < 0) {
        throw fail(fmt::format("a kernel that fits an input of {}", to_string(in)),
                   fmt::format("{}", op.kernel));
      }
      return room / op.stride + 1;
    };
    return {in[0], extent(1), extent(2)};
  }

  Shape operator()(const Concat&) const {
    if (inputs_.size() < 2) throw fail("two or more inputs", fmt::format("{}", inputs_.size()));
    std::int64_t first = 0;
    for (const Shape& input : inputs_) {
      if (input.rank() == 0 || input.inner() != inputs_[0].inner()) {
        throw fail("inputs that differ in their first extent at most",
                   fmt::format("{} and {}", to_string(inputs_[0]), to_string(input)));
      }
      first += input[0];
    }
    return inputs_[0].inner().batch_of(first);
  }

  Shape operator()(const LayerNorm& op) const {
    const Shape& in = only_input();
    // gamma and beta of the channels alone: each pixel is normalised by itself.
    if (in.rank() == 3 && op.gamma && op.beta && op.gamma->shape() == Shape{in[0]}) {
      if (op.beta->shape() != op.gamma->shape())
        throw fail(fmt::format("bias of shape {}", to_string(op.gamma->shape())),
                   to_string(op.beta->shape()));
    } else {
      (void)weighted_value_by_value(op);
    }
    if (!(op.epsilon >= 0)) throw fail("an epsilon of at least 0", fmt::format("{}", op.epsilon));
    return in;
  }

  Shape operator()(const Affine& op) const { return weighted_value_by_value(op); }

  Shape operator()(const Softmax&) const {
    if (only_input().rank() != 1) throw fail("flat logits", to_string(inputs_[0]));
    return inputs_[0];
  }

  Shape operator()(const ExpectedValue& op) const {
    const Shape& in = only_input();
    expect_weight(op.support, "support", 1);
    const std::int64_t atoms = op.support->size();
    if (in.rank() != 1 || in[0] % atoms != 0) {
      throw fail(fmt::format("logits of a multiple of {} atoms", atoms), to_string(in));
    }
    return {in[0] / atoms};
  }

  Shape operator()(const State& op) const {
    expect_inputs(0);
    if (op.size < 1) throw fail("a size of at least 1", fmt::format("{}", op.size));
    return {op.size};
  }

  Shape operator()(const Slice& op) const {
    const Shape& in = only_input();
    if (in.rank() != 1 || op.first < 0 || op.count < 1 || op.first > in[0] ||
        op.count > in[0] - op.first) {
      throw fail(
          fmt::format("a flat input that holds values {} to {}", op.first, op.first + op.count - 1),
          to_string(in));
    }
    return {op.count};
  }

  Shape operator()(const Gate&) const { return (*this)(Add{}); }

  Shape operator()(const Dueling&) const {
    expect_inputs(2);
    if (inputs_[0] != Shape{1} || inputs_[1].rank() != 1) {
      throw fail("a state value of 1 and a flat advantage",
                 fmt::format("{} and {}", to_string(inputs_[0]), to_string(inputs_[1])));
    }
    return inputs_[1];
  }

 private:
  [[nodiscard]] Error fail(std::string_view expected, std::string_view found) const {
    return bad_input("network node '{}' ({}): expected {}, found {}", node_.name, op_name(node_.op),
                     expected, found);
  }
  void expect_inputs(std::size_t count) const {
    if (inputs_.size() != count) {
      throw fail(fmt::format("{} input(s)", count), fmt::format("{}", inputs_.size()));
    }
  }
  [[nodiscard]] const Shape& only_input() const {
    expect_inputs(1);
    return inputs_[0];
  }
  /// The input of an operation whose weights all have its shape.
  [[nodiscard]] const Shape& weighted_value_by_value(const Op& op) const {
    const Shape& in = only_input();
    for (const auto& [name, weight] : weights_of(op)) {
      if (!weight || weight->shape() != in) {
        throw fail(fmt::format("{} of shape {}", name, to_string(in)),
                   weight ? to_string(weight->shape()) : "none");
      }
    }
    return in;
  }
  [[nodiscard]] const Shape& image_input() const {
    if (only_input().rank() != 3) throw fail("an input C×H×W", to_string(inputs_[0]));
    return inputs_[0];
  }
  void expect_weight(const Weights& weight, std::string_view name, int rank) const {
    if (!weight) throw fail(fmt::format("a tensor '{}'", name), "none");
    if (weight->shape().rank() != rank || weight->empty()) {
      throw fail(fmt::format("'{}' of {} dimension(s) with elements", name, rank),
                 to_string(weight->shape()));
    }
  }
  void expect_bias(const Weights& bias, std::int64_t length) const {
    if (bias && bias->shape() != Shape{length}) {
      throw fail(fmt::format("a bias of length {}", length), to_string(bias->shape()));
    }
  }

  const Node& node_;
  std::span<const Shape> inputs_;
};

}  // namespace

Shape infer_shape(const Node& node, std::span<const Shape> inputs) {
  return std::visit(ShapeRule(node, inputs), node.op);
}

}  // namespace arcadecam::nn
