// The operators that compute something.
#include <fmt/format.h>

#include <algorithm>
#include <span>

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
  try {
    kernel = dense_kernel(std::move(kernel), integer("group", 1), square("dilations", 1));
  } catch (const Error& error) {
    throw fail(error.what());
  }
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
  matrix = columns(std::move(matrix));
  add(nn::Linear{std::move(matrix), has_input(2) ? weights(2) : nullptr});
}

void Importer::mat_mul() {
  const Value& from = network();
  const nn::Weights matrix = weights(1);
  if (from.extents.size() == 3 && !is_vector(from)) {
    // Each row times a vector.
    const std::int64_t length = from.extents[2];
    if (matrix->size() != length) throw fail("expected the atoms' support");
    const int scaled =
        append(RowScale{std::make_shared<const Tensor>(Shape{length}, matrix->values())},
               {from.node}, layer_name() + ".product");
    Value value;
    value.node = append(RowSum{length}, {scaled});
    value.extents = {1, from.extents[1]};
    if (matrix->shape().rank() == 2) value.extents.push_back(1);
    return put(std::move(value));
  }
  if (matrix->shape().rank() != 2) throw fail("expected a matrix");
  add(nn::Linear{columns(transposed(*matrix)), nullptr}, {from.node});
}

// A linear layer's weight for the order of values that the draft has.
nn::Weights Importer::columns(nn::Weights matrix) const {
  const Value& from = network();
  if (!from.flattened_last) return matrix;
  if (matrix->shape()[1] != from.flattened_last->count())
    throw fail("a matrix that its input does not fit");
  return columns_from_hwc(*matrix, (*from.flattened_last)[1], (*from.flattened_last)[2]);
}

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
  add(FlatBatchNorm{std::move(norm)}, {from.node});
}

void Importer::layer_norm() {
  const std::int64_t axis = integer("axis", -1);
  const auto rank = static_cast<std::int64_t>(network().extents.size());
  if (axis != 1 && !(rank == 2 && axis == -1) && !(rank == 4 && axis == -3))
    throw fail("only normalisation over the whole sample is supported");
  nn::Weights gamma = weights(1);
  // ONNX spreads a shorter one along the last axes, our graph one of the channels over the pixels.
  if (gamma->shape().rank() != rank - 1) throw fail("expected a scale of the whole sample's shape");
  nn::Weights beta = has_input(2) ? weights(2) : nullptr;
  if (beta == nullptr) beta = std::make_shared<const Tensor>(gamma->shape());
  add(nn::LayerNorm{std::move(gamma), std::move(beta), real("epsilon", 1e-5F)});
}

void Importer::activation() {
  using Kind = nn::Activation::Kind;
  const std::string& type = node_->type;
  const Value& from = network();
  const auto add = [&](nn::Op op) { add_like(from, std::move(op), {from.node}); };
  if (type == "Relu") return add(nn::Relu{});
  if (type == "Sigmoid") return add(nn::Activation{Kind::kSigmoid});
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
  add_like(from, RowSoftmax{from.extents[2]}, {from.node});
}

void Importer::log_softmax() {
  const Value& from = network();
  const auto rank = static_cast<std::int64_t>(from.extents.size());
  const std::int64_t axis = integer("axis", -1);
  if (!is_vector(from) ||
      (axis < 0 ? axis + rank : axis) != static_cast<std::int64_t>(value_axis(from))) {
    throw fail("only over a vector");
  }
  add_like(from, LogSoftmax{}, {from.node});
}

void Importer::add_values() {
  if (input(0).constant || input(1).constant) {
    const std::size_t k = input(0).constant ? 1 : 0;
    return add_constant(network(k), 1 - k);
  }
  const Value &a = network(0), &b = network(1);
  if (a.extents == b.extents) {
    check_layouts(a, b);
    return add_like(a, nn::Add{}, {a.node, b.node});
  }
  for (const auto& [number, vector] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    if (!is_number(*number) || !is_vector(*vector) ||
        number->extents.size() > vector->extents.size()) {
      continue;
    }
    return add_like(*vector, AddNumber{}, {vector->node, number->node});
  }
  throw fail("two inputs of different shapes");
}

// Adds constant `k`.
void Importer::add_constant(const Value& from, std::size_t k) {
  const Constant& by = constant(k);
  const bool fits =
      !by.is_whole() &&
      (by.size() == 1 || (is_vector(from) && std::ssize(*by.reals) == shape_of(from)[0]) ||
       is_of_channels(from, by));
  if (!fits) throw fail("a constant is supported only as the bias of a MatMul or a Conv");
  // The offset of a Rescaling that has none.
  if (by.size() == 1 && (*by.reals)[0] == 0) return put(from);
  const auto count = static_cast<std::int64_t>(by.size());
  add_like(
      from,
      AddConstant{std::make_shared<const Tensor>(Shape{count}, std::span<const float>(*by.reals))},
      {from.node});
}

// Whether it has one number for each of an image's channels, as Keras adds a bias on PyTorch.
bool Importer::is_of_channels(const Value& image, const Constant& by) const {
  if (image.constant || image.extents.size() != 4 || by.extents.size() > 4) return false;
  const std::int64_t channels = shape_of(image)[0];
  const std::size_t behind = image.channels_last ? 0 : 2;  // axes behind the channels'
  return by.size() == static_cast<std::size_t>(channels) && by.extents.size() > behind &&
         by.extents[by.extents.size() - 1 - behind] == channels;
}

void Importer::subtract() {
  const Value &from = network(0), &less = network(1);
  if (is_vector(from) && is_number(less) &&
      (from.extents != less.extents || draft_.is<Mean>(less.node))) {
    return add_like(from, SubtractNumber{}, {from.node, less.node});
  }
  if (from.extents != less.extents) throw fail("two inputs of different shapes");
  check_layouts(from, less);
  const int minus = append(nn::Scale{-1}, {less.node}, layer_name() + ".minus");
  add_like(from, nn::Add{}, {from.node, minus});
}

// For operators on two inputs, value by value.
void Importer::check_layouts(const Value& a, const Value& b) const {
  if (a.channels_last != b.channels_last || a.flattened_last != b.flattened_last)
    throw fail("two inputs, of which one has its channels last");
}

bool Importer::is_number(const Value& value) const {
  return is_vector(value) && shape_of(value) == Shape{1};
}

void Importer::scale(float factor) {
  Value value = network(input(0).constant ? 1 : 0);
  if (factor == 1) return put(std::move(value));
  value.node = append(nn::Scale{factor}, {value.node}, value.node == 0 ? "scale" : "");
  put(std::move(value));
}

void Importer::multiply() {
  if (input(0).constant || input(1).constant) {
    const std::size_t k = input(0).constant ? 0 : 1;
    const Constant& by = constant(k);
    if (by.is_whole()) throw fail("a product with whole numbers");
    if (by.size() == 1) return scale((*by.reals)[0]);
    const Value& from = network(1 - k);
    if (from.extents.size() != 3 || is_vector(from))
      throw fail("only a product with one number is supported");
    return add_like(from, RowScale{row_factors(by, from.extents[2])}, {from.node});
  }
  const Value &a = network(0), &b = network(1);
  const bool vectors = is_vector(a) && is_vector(b) && a.extents == b.extents;
  if (vectors) return add(nn::Gate{}, {a.node, b.node});
  if (shape_of(a) != shape_of(b)) {
    throw fail("only a product with one number or of two vectors, SiLU's and GELU's are supported");
  }
  check_layouts(a, b);
  add_like(a, Product{}, {a.node, b.node});
}

// The same factors for every row of so many values.
nn::Weights Importer::row_factors(const Constant& by, std::int64_t length) const {
  const auto count = static_cast<std::size_t>(length);
  if (by.size() < count || by.size() % count != 0 || by.extents.back() != length)
    throw fail("expected the atoms' support");
  for (std::size_t i = count; i < by.size(); ++i) {
    if ((*by.reals)[i] != (*by.reals)[i - count]) throw fail("a support for each action");
  }
  return std::make_shared<const Tensor>(Shape{length},
                                        std::span<const float>(*by.reals).first(count));
}

void Importer::divide() {
  const Constant& by = constant(1);
  if (by.is_whole() || by.size() != 1 || (*by.reals)[0] == 0)
    throw fail("only a division by one number is supported");
  scale(1 / (*by.reals)[0]);
}

void Importer::erf() {
  const Value& from = network();
  add_like(from, Erf{}, {from.node});
}

}  // namespace arcadecam::checkpoint::onnx
