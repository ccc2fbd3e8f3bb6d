// The operators that compute something.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "checkpoint/building/weight_algebra.h"
#include "checkpoint/onnx/onnx_importer.h"

namespace arcadecam::checkpoint::onnx {
namespace {

constexpr std::int64_t kLargestKernel = 1024;

}  // namespace

// A setting of two equal numbers.
std::int64_t Importer::square(std::string_view name, std::int64_t otherwise) const {
  const std::vector<std::int64_t> found = integers(name);
  if (found.empty()) return otherwise;
  if (found.size() != 2 || found[0] != found[1] || found[0] < 1 || found[0] > kLargestKernel)
    throw fail(fmt::format("{} must be two equal numbers", name));
  return found[0];
}

// Rows in front and behind; columns must have the same.
std::pair<std::int64_t, std::int64_t> Importer::padding(std::int64_t kernel, std::int64_t stride,
                                                        std::int64_t extent) const {
  const Attribute* automatic = attribute("auto_pad");
  const std::string mode = automatic == nullptr ? "NOTSET" : automatic->text;
  if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
    const std::int64_t outputs = (extent + stride - 1) / stride;
    const std::int64_t total = std::max<std::int64_t>((outputs - 1) * stride + kernel - extent, 0);
    const std::int64_t less = total / 2, more = total - less;
    return mode == "SAME_UPPER" ? std::pair(less, more) : std::pair(more, less);
  }
  if (mode == "VALID") return {0, 0};
  const std::vector<std::int64_t> pads = integers("pads");
  if (mode != "NOTSET" || (!pads.empty() && pads.size() != 4))
    throw fail("padding of another kind");
  if (pads.empty()) return {0, 0};
  if (pads[0] != pads[1] || pads[2] != pads[3] || pads[0] < 0 || pads[2] < 0 ||
      pads[0] > kLargestKernel || pads[2] > kLargestKernel) {
    throw fail("padding that differs between rows and columns");
  }
  return {pads[0], pads[2]};
}

void Importer::conv() {
  const Value& image = network();
  if (image.extents.size() != 4) throw fail("expected an image");
  nn::Weights kernel = weights(1);
  if (kernel->shape().rank() != 4 || kernel->shape()[2] != kernel->shape()[3])
    throw fail("only square kernels are supported");
  if (integer("group", 1) != 1) throw fail("groups are not supported");
  if (square("dilations", 1) != 1) throw fail("dilations are not supported");
  const std::int64_t stride = square("strides", 1);
  if (image.extents[2] != image.extents[3] && attribute("auto_pad") != nullptr &&
      attribute("auto_pad")->text.starts_with("SAME")) {
    throw fail("SAME padding of an image that is no square");
  }
  const auto [front, back] = padding(kernel->shape()[2], stride, image.extents[2]);
  // Equal padding may cost a kernel of zeros: it must not multiply the file.
  if (std::max(front, back) >= kernel->shape()[2] && front != back)
    throw fail("uneven padding of a whole kernel or more");
  SameConvolution layer = padded_convolution(std::move(kernel), front, back);
  add(nn::Conv2d{std::move(layer.weight), has_input(2) ? weights(2) : nullptr,
                 static_cast<int>(stride), layer.padding});
}

void Importer::gemm() {
  if (real("alpha", 1) != 1 || real("beta", 1) != 1 || integer("transA", 0) != 0)
    throw fail("only alpha 1, beta 1 and transA 0 are supported");
  nn::Weights matrix = weights(1);
  if (matrix->shape().rank() != 2) throw fail("expected a matrix");
  if (integer("transB", 0) == 0) matrix = transposed(*matrix);
  add(nn::Linear{std::move(matrix), has_input(2) ? weights(2) : nullptr});
}

void Importer::mat_mul() {
  const Value& from = input();
  // C51: the probabilities of the atoms times the support.
  if (from.pending == Value::Pending::kSoftmax) {
    nn::Weights atoms = weights(1);
    if (atoms->size() != from.extents.back()) throw fail("expected the atoms' support");
    return add(
        nn::ExpectedValue{std::make_shared<const Tensor>(Shape{atoms->size()}, atoms->values())},
        {from.node});
  }
  const nn::Weights matrix = weights(1);
  if (matrix->shape().rank() != 2) throw fail("expected a matrix");
  add(nn::Linear{transposed(*matrix), nullptr}, {network().node});
}

// Of flat values it is merged into the linear layer that puts them out, or a linear layer itself.
void Importer::batch_norm() {
  nn::BatchNorm2d norm{weights(1), weights(2), weights(3), weights(4), real("epsilon", 1e-5F)};
  if (std::ranges::any_of(norm.variance->values(), [](float variance) { return variance < 0; }))
    throw fail("a variance is negative");
  const Value& from = network();
  if (from.extents.size() == 4) return add(std::move(norm));
  constexpr std::int64_t kMostFlat = 4096;
  if (from.extents.size() != 2 || from.extents[1] > kMostFlat)
    throw fail(fmt::format("only images and at most {} flat values are supported", kMostFlat));
  for (const nn::Weights& part : {norm.gamma, norm.beta, norm.mean, norm.variance}) {
    if (part->shape() != Shape{from.extents[1]}) throw fail("expected one number for each value");
  }
  const nn::Node& node = nodes_[static_cast<std::size_t>(from.node)];
  if (const auto* linear = std::get_if<nn::Linear>(&node.op))
    return add(normalised(*linear, norm), std::vector<int>(node.inputs));
  add(normalised(identity_layer(from.extents[1]), norm));
}

void Importer::layer_norm() {
  const std::int64_t axis = integer("axis", -1);
  const auto rank = static_cast<std::int64_t>(network().extents.size());
  if (axis != 1 && !(rank == 2 && axis == -1) && !(rank == 4 && axis == -3))
    throw fail("only normalisation over the whole sample is supported");
  nn::Weights gamma = weights(1);
  nn::Weights beta = has_input(2) ? weights(2) : nullptr;
  if (beta == nullptr) beta = std::make_shared<const Tensor>(gamma->shape());
  add(nn::LayerNorm{std::move(gamma), std::move(beta), real("epsilon", 1e-5F)});
}

void Importer::activation() {
  using Kind = nn::Activation::Kind;
  const std::string& type = node_->type;
  if (type == "Relu") return add(nn::Relu{});
  if (type == "Sigmoid") {
    // A product with its own input follows in SiLU: then the sigmoid alone is pruned.
    add(nn::Activation{Kind::kSigmoid});
    return;
  }
  if (type == "Tanh") return add(nn::Activation{Kind::kTanh});
  if (type == "LeakyRelu") return add(nn::Activation{Kind::kLeakyRelu, real("alpha", 0.01F)});
  if (type == "Elu") return add(nn::Activation{Kind::kElu, real("alpha", 1)});
  if (type == "Softplus") return add(nn::Activation{Kind::kSoftplus});
  const Attribute* approximate = attribute("approximate");
  if (approximate != nullptr && approximate->text == "tanh")
    throw fail("GELU by tanh is not supported");
  add(nn::Activation{Kind::kGelu});
}

void Importer::pool() {
  const Value& image = network();
  if (image.extents.size() != 4) throw fail("expected an image");
  const bool max = node_->type == "MaxPool";
  if (integer("ceil_mode", 0) != 0 || square("dilations", 1) != 1)
    throw fail("ceil_mode and dilations are not supported");
  const std::int64_t kernel = square("kernel_shape", 0), stride = square("strides", 1);
  if (kernel < 1) throw fail("expected a kernel_shape");
  const auto [front, back] = padding(kernel, stride, image.extents[2]);
  add(nn::Pool2d{max ? nn::Pool2d::Kind::kMax : nn::Pool2d::Kind::kMean, static_cast<int>(kernel),
                 static_cast<int>(stride), static_cast<int>(front), static_cast<int>(back),
                 integer("count_include_pad", 0) != 0});
}

void Importer::global_pool() {
  const Value& image = network();
  if (image.extents.size() != 4 || image.extents[2] != image.extents[3])
    throw fail("expected a square image");
  const auto extent = static_cast<int>(image.extents[2]);
  const bool max = node_->type == "GlobalMaxPool";
  add(nn::Pool2d{max ? nn::Pool2d::Kind::kMax : nn::Pool2d::Kind::kMean, extent, extent, 0, 0,
                 false});
}

void Importer::concat() {
  if (integer("axis", 1) != 1) throw fail("only axis 1 is supported");
  std::vector<int> inputs;
  for (std::size_t k = 0; k < node_->inputs.size(); ++k) inputs.push_back(network(k).node);
  if (inputs.size() == 1) return put(input());
  add(nn::Concat{}, std::move(inputs));
}

void Importer::softmax() {
  const Value& from = network();
  const auto rank = static_cast<std::int64_t>(from.extents.size());
  std::int64_t axis = integer("axis", -1);
  if (axis < 0) axis += rank;
  if (is_vector(from) && axis == rank - 1 && axis == static_cast<std::int64_t>(value_axis(from)))
    return add(nn::Softmax{});
  if (rank != 3 || axis != 2) throw fail("only over a vector or over atoms");
  Value value = from;
  value.pending = Value::Pending::kSoftmax;
  put(std::move(value));
}

void Importer::add_values() {
  using Pending = Value::Pending;
  const Value &a = input(0), &b = input(1);
  if (a.constant || b.constant) {
    const std::size_t k = a.constant ? 1 : 0;
    if (const Constant& by = constant(1 - k); input(k).pending == Pending::kErf && by.size() == 1 &&
                                              !by.is_whole() && (*by.reals)[0] == 1) {
      Value value = input(k);
      value.pending = Pending::kErfPlusOne;
      return put(std::move(value));
    }
    // The bias of a MatMul.
    const int from = network(k).node;
    nn::Node& layer = nodes_[static_cast<std::size_t>(from)];
    auto* linear = std::get_if<nn::Linear>(&layer.op);
    const nn::Weights bias = weights(1 - k);
    if (linear == nullptr || linear->bias != nullptr ||
        bias->size() != linear->weight->shape()[0]) {
      throw fail("a constant is supported only as the bias of a MatMul");
    }
    nn::Linear whole{linear->weight,
                     std::make_shared<const Tensor>(Shape{bias->size()}, bias->values())};
    return add(std::move(whole), layer.inputs, layer.name);
  }
  // V + (A − mean A), in either order.
  for (const auto& [value, centred] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    if (centred->pending != Pending::kCentred || value->pending != Pending::kNone) continue;
    return add(nn::Dueling{}, {value->node, centred->node});
  }
  // (V + A) − mean A: the difference follows.
  const Value &first = network(0), &second = network(1);
  for (const auto& [value, advantages] : {std::pair(&first, &second), std::pair(&second, &first)}) {
    if (!is_vector(*value) || !is_vector(*advantages) || value->extents.back() != 1 ||
        advantages->extents.back() == 1 || value->extents.size() != advantages->extents.size()) {
      continue;
    }
    Value sum = *advantages;
    sum.pending = Pending::kRaised;
    sum.raised_by = value->node;
    return put(std::move(sum));
  }
  if (first.extents != second.extents) throw fail("two inputs of different shapes");
  add(nn::Add{}, {first.node, second.node});
}

void Importer::subtract() {
  const Value &a = input(0), &b = input(1);
  const bool centred = !a.constant && a.pending == Value::Pending::kNone &&
                       b.pending == Value::Pending::kMean && a.node == b.node;
  if (!a.constant && a.pending == Value::Pending::kRaised && b.pending == Value::Pending::kMean &&
      a.node == b.node) {
    return add(nn::Dueling{}, {a.raised_by, a.node});
  }
  if (!centred) {
    const Value &from = network(0), &less = network(1);
    if (from.extents != less.extents) throw fail("two inputs of different shapes");
    const int minus = append(nn::Scale{-1}, {less.node}, layer_name() + ".minus");
    return add(nn::Add{}, {from.node, minus});
  }
  Value value = a;
  value.pending = Value::Pending::kCentred;
  put(std::move(value));
}

void Importer::scale(float factor) {
  Value value = network(input(0).constant ? 1 : 0);
  if (factor == 1) return put(std::move(value));
  const bool last = value.channels_last;
  const std::vector<std::int64_t> extents = value.extents;
  add(nn::Scale{factor}, {value.node}, value.node == 0 ? "scale" : "");
  Value& made = values_.find(node_->outputs[0])->second;
  made.channels_last = last;
  made.extents = extents;
}

void Importer::multiply() {
  const Value &a = input(0), &b = input(1);
  const std::size_t k = a.constant ? 0 : 1;
  if (input(k).constant) {
    const Value& from = input(1 - k);
    const Constant& by = constant(k);
    if (by.is_whole()) throw fail("a product with whole numbers");
    if (from.pending == Value::Pending::kSoftmax) {
      const auto atoms = static_cast<std::size_t>(from.extents.back());
      for (std::size_t i = atoms; i < by.size(); ++i) {
        if ((*by.reals)[i] != (*by.reals)[i - atoms]) throw fail("a support for each action");
      }
      if (by.size() < atoms || by.size() % atoms != 0) throw fail("expected the atoms' support");
      Value value = from;
      value.pending = Value::Pending::kWeighted;
      value.support = std::make_shared<const Tensor>(
          Shape{static_cast<std::int64_t>(atoms)}, std::span<const float>(*by.reals).first(atoms));
      return put(std::move(value));
    }
    if (by.size() != 1) throw fail("only a product with one number is supported");
    if (from.pending == Value::Pending::kTwoGelus && (*by.reals)[0] == 0.5F)
      return add(nn::Activation{nn::Activation::Kind::kGelu}, {from.node});
    return scale((*by.reals)[0]);
  }
  for (const auto& [x, gate] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    if (gate->node < 0 || x->node < 0) continue;
    if (gate->pending == Value::Pending::kErfPlusOne) {
      if (is_scaled(*x, 0.5F, gate->node))
        return add(nn::Activation{nn::Activation::Kind::kGelu}, {gate->node});
      if (x->node != gate->node || x->pending != Value::Pending::kNone) continue;
      Value value = *x;
      value.pending = Value::Pending::kTwoGelus;
      return put(std::move(value));
    }
    // SiLU: x · sigmoid x.
    const nn::Node& made = nodes_[static_cast<std::size_t>(gate->node)];
    const auto* activation = std::get_if<nn::Activation>(&made.op);
    if (activation == nullptr || activation->kind != nn::Activation::Kind::kSigmoid ||
        made.inputs[0] != x->node) {
      continue;
    }
    return add(nn::Activation{nn::Activation::Kind::kSilu}, {x->node});
  }
  if (!is_vector(a) || !is_vector(b) || a.extents != b.extents)
    throw fail("only a product with one number or of two vectors, SiLU's and GELU's are supported");
  add(nn::Gate{}, {a.node, b.node});
}

void Importer::divide() {
  const Constant& by = constant(1);
  if (by.is_whole() || by.size() != 1 || (*by.reals)[0] == 0)
    throw fail("only a division by one number is supported");
  scale(1 / (*by.reals)[0]);
}

// Whether a value is `factor` times what node `of` puts out.
bool Importer::is_scaled(const Value& value, float factor, int of) const {
  if (value.node < 0 || value.pending != Value::Pending::kNone) return false;
  const nn::Node& made = nodes_[static_cast<std::size_t>(value.node)];
  const auto* times = std::get_if<nn::Scale>(&made.op);
  return times != nullptr && made.inputs[0] == of &&
         std::abs(times->factor - factor) < 1e-5F * factor;
}

// The first part of GELU, x/2 · (1 + erf(x/√2)).
void Importer::erf() {
  Value value = network();
  const nn::Node& made = nodes_[static_cast<std::size_t>(value.node)];
  if (made.inputs.empty() || !is_scaled(value, std::numbers::sqrt2_v<float> / 2, made.inputs[0])) {
    throw fail("only within GELU");
  }
  value.node = made.inputs[0];
  value.pending = Value::Pending::kErf;
  put(std::move(value));
}

}  // namespace arcadecam::checkpoint::onnx
