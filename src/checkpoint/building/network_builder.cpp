#include "checkpoint/building/network_builder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "checkpoint/building/atoms.h"
#include "checkpoint/building/weight_algebra.h"
#include "core/parse_number.h"
#include "nn/recurrent_cells.h"

namespace arcadecam::checkpoint {
namespace {

std::vector<PlainConvolution> nature_of(const std::array<std::string, 3>& names) {
  return {{names[0], 8, 4}, {names[1], 4, 2}, {names[2], 3, 1}};
}

}  // namespace

int NetworkBuilder::add(std::string name, nn::Op op) {
  return add(std::move(name), std::move(op), {tip_});
}

int NetworkBuilder::add(std::string name, nn::Op op, std::vector<int> inputs) {
  nodes_.push_back({std::move(name), std::move(op), std::move(inputs)});
  return tip_ = last();
}

void NetworkBuilder::critic(const std::string& name, std::int64_t inputs) {
  if (!taker_.has(name + ".weight")) return;
  const int features = tip_;
  linear(name, inputs, 1);
  last_is_value();
  continue_from(features);
}

void NetworkBuilder::last_is_value() {
  const auto* layer = std::get_if<nn::Linear>(&nodes_.back().op);
  if (layer != nullptr && layer->weight->shape()[0] != 1) {
    throw bad_input("the critic '{}' has {} outputs; expected 1", nodes_.back().name,
                    layer->weight->shape()[0]);
  }
  nodes_.back().is_value = true;
}

void NetworkBuilder::last_is_policy() {
  nodes_.back().is_policy = true;
}

std::int64_t NetworkBuilder::conv(const std::string& name, std::int64_t channels, int kernel,
                                  int stride, int padding) {
  nn::Weights weight = taker_.take(name + ".weight", {TensorTaker::kAny, channels, kernel, kernel});
  return conv(name, {std::move(weight), padding}, stride);
}

std::int64_t NetworkBuilder::conv(const std::string& name, SameConvolution layer, int stride) {
  const std::int64_t filters = layer.weight->shape()[0];
  nn::Weights bias = taker_.take(name + ".bias", {filters});
  add(name, nn::Conv2d{std::move(layer.weight), std::move(bias), stride, layer.padding});
  return filters;
}

std::int64_t NetworkBuilder::linear(const std::string& name, std::int64_t inputs,
                                    std::int64_t outputs) {
  nn::Weights weight = taker_.take(name + ".weight", {outputs, inputs});
  const std::int64_t width = weight->shape()[0];
  nn::Weights bias = taker_.take(name + ".bias", {width});
  add(name, nn::Linear{std::move(weight), std::move(bias)});
  return width;
}

void NetworkBuilder::batch_norm(const std::string& name, std::int64_t channels) {
  taker_.take_if_present(name + ".num_batches_tracked", {});
  nn::BatchNorm2d norm;
  norm.gamma = taker_.take(name + ".weight", {channels});
  norm.beta = taker_.take(name + ".bias", {channels});
  norm.mean = taker_.take(name + ".running_mean", {channels});
  norm.variance = taker_.take(name + ".running_var", {channels});
  for (const float variance : norm.variance->values()) {
    if (variance < 0)
      throw bad_input("the tensor '{}.running_var' holds a negative variance", name);
  }
  add(name, std::move(norm));
}

void NetworkBuilder::layer_norm(const std::string& name,
                                std::initializer_list<std::int64_t> shape) {
  nn::Weights gamma = taker_.take(name + ".weight", shape);
  add(name, nn::LayerNorm{std::move(gamma), taker_.take(name + ".bias", shape)});
}

std::int64_t NetworkBuilder::lstm(const std::string& name, std::int64_t inputs) {
  constexpr std::int64_t kGates = 4, kMostUnits = 65'536;
  const auto key = [&](const char* part, int layer) {
    return fmt::format("{}.{}_l{}", name, part, layer);
  };
  int layer = 0;
  do {
    nn::CellWeights cell{taker_.take(key("weight_ih", layer), {TensorTaker::kAny, inputs}), nullptr,
                         nullptr, nullptr};
    const std::int64_t rows = cell.input->shape()[0], units = rows / kGates;
    if (rows % kGates != 0 || units > kMostUnits) {
      throw bad_input("the tensor '{}' has {} rows; expected a multiple of {} gates, at most {}",
                      key("weight_ih", layer), rows, kGates, kGates * kMostUnits);
    }
    cell.hidden = taker_.take(key("weight_hh", layer), {rows, units});
    cell.input_bias = taker_.take_if_present(key("bias_ih", layer), {rows});
    cell.hidden_bias = taker_.take_if_present(key("bias_hh", layer), {rows});
    const bool is_last = !taker_.has(key("weight_ih", layer + 1));
    std::vector<nn::Node> nodes =
        nn::lstm_cell(is_last ? name : fmt::format("{}.l{}", name, layer), cell, tip_, last() + 1);
    for (nn::Node& node : nodes) nodes_.push_back(std::move(node));
    tip_ = last();
    inputs = units;
    ++layer;
  } while (taker_.has(key("weight_ih", layer)));
  return inputs;
}

void NetworkBuilder::linear(const std::string& name, nn::Linear layer) {
  add(name, std::move(layer));
}

std::int64_t NetworkBuilder::linears(const std::string& prefix, int first, std::int64_t inputs,
                                     const nn::Op& activation) {
  int index = first;
  std::int64_t width = linear(fmt::format("{}{}", prefix, index), inputs);
  while (taker_.has(fmt::format("{}{}.weight", prefix, index + 2))) {
    add(fmt::format("{}{}", prefix, index + 1), activation);
    index += 2;
    width = linear(fmt::format("{}{}", prefix, index), width);
  }
  return width;
}

void NetworkBuilder::standardise(nn::Affine map, float limit) {
  standardised_ = std::move(map);
  limit_ = limit;
}

void NetworkBuilder::pixels(const FlatImage& image, float divisor) {
  constexpr std::int64_t kMostChannels = 64;
  if (image.channels > kMostChannels) {
    throw bad_input("the first convolution takes {} planes; at most {} can be observed",
                    image.channels, kMostChannels);
  }
  add("input", nn::Input{{image.channels, image.extent, image.width}}, {});
  if (divisor != 1) add("scale", nn::Scale{1.0F / divisor});
  if (standardised_) add("standardised", *standardised_);
  if (limit_ != 0) add("limited", nn::Activation{nn::Activation::Kind::kHardtanh, limit_});
  pixels_ = tip_;
}

FlatImage NetworkBuilder::convolutions(const std::vector<PlainConvolution>& layers, float divisor,
                                       std::int64_t extent) {
  return convolutions(layers, divisor, extent, extent);
}

FlatImage NetworkBuilder::convolutions(const std::vector<PlainConvolution>& layers, float divisor,
                                       std::int64_t height, std::int64_t width) {
  const std::int64_t kernel = layers.front().kernel;
  const nn::Weights first = taker_.take(layers.front().name + ".weight",
                                        {TensorTaker::kAny, TensorTaker::kAny, kernel, kernel});
  const FlatImage image{first->shape()[1], height, width};
  pixels(image, divisor);
  return convolution_layers(layers, image, "flatten");
}

std::int64_t NetworkBuilder::nature(const std::array<std::string, 3>& names, float divisor,
                                    std::int64_t height, std::int64_t width) {
  return convolutions(nature_of(names), divisor, height, width).count();
}

FlatImage NetworkBuilder::convolutions_again(const std::vector<PlainConvolution>& layers,
                                             const std::string& name) {
  continue_from(pixels_);
  const Shape& input = std::get<nn::Input>(nodes_.front().op).shape;
  return convolution_layers(layers, {input[0], input[1], input[2]}, name + ".flatten");
}

std::int64_t NetworkBuilder::nature_again(const std::array<std::string, 3>& convolutions,
                                          const std::string& name) {
  return convolutions_again(nature_of(convolutions), name).count();
}

std::int64_t NetworkBuilder::nature_features(const std::string& prefix, float divisor) {
  constexpr FlatImage kPixels{4, 84};
  pixels(kPixels, divisor);
  return convolution_layers(nature_of({prefix + "0", prefix + "2", prefix + "4"}), kPixels,
                            "flatten")
      .count();
}

FlatImage NetworkBuilder::convolution_layers(const std::vector<PlainConvolution>& layers,
                                             FlatImage image, const std::string& flatten) {
  for (const PlainConvolution& layer : layers) {
    if (layer.padding == PlainConvolution::kSame) {
      nn::Weights weight = taker_.take(
          layer.name + ".weight", {TensorTaker::kAny, image.channels, layer.kernel, layer.kernel});
      image.channels =
          conv(layer.name, same_convolution(std::move(weight), layer.stride, image.extent),
               layer.stride);
      image.extent = (image.extent + layer.stride - 1) / layer.stride;
      image.width = image.extent;  // such padding is known of square pictures
    } else {
      image.channels = conv(layer.name, image.channels, layer.kernel, layer.stride, layer.padding);
      image.extent = (image.extent + 2 * layer.padding - layer.kernel) / layer.stride + 1;
      image.width = (image.width + 2 * layer.padding - layer.kernel) / layer.stride + 1;
    }
    activation(layer.relu.empty() ? next_module(layer.name) : layer.relu);
  }
  add(flatten, nn::Flatten{});
  return image;
}

void NetworkBuilder::dueling(const std::function<void()>& value,
                             const std::function<void()>& advantage) {
  const int features = tip_;
  value();
  const int state_value = last();
  continue_from(features);
  advantage();
  add("q", nn::Dueling{}, {state_value, last()});
}

void NetworkBuilder::expected_value(nn::Weights support) {
  const auto& head = std::get<nn::Linear>(nodes_.back().op);
  check_multiple(nodes_.back().name, head.weight->shape()[0], support->size(), "atoms");
  add("expected_value", nn::ExpectedValue{std::move(support)});
}

void NetworkBuilder::mean_of_quantiles(std::int64_t quantiles, bool quantile_outermost) {
  replace_last([&](const nn::Linear& head) {
    check_multiple(nodes_.back().name, head.weight->shape()[0], quantiles, "quantiles");
    return checkpoint::mean_of_quantiles(head, quantiles, quantile_outermost);
  });
}

void NetworkBuilder::replace_last(
    const std::function<nn::Linear(const nn::Linear& layer)>& change) {
  nn::Node& node = nodes_.back();
  node.op = change(std::get<nn::Linear>(node.op));
}

nn::Graph NetworkBuilder::finish() {
  taker_.finish();
  return nn::Graph(std::move(nodes_));
}

std::string next_module(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return name + ".relu";
  const auto index = parse_number<int>(std::string_view(name).substr(dot + 1));
  if (!index || *index < 0 || *index > 1000) return name + ".relu";
  return fmt::format("{}{}", name.substr(0, dot + 1), *index + 1);
}

float divisor_of(const Hints& hints, float usual) {
  return hints.divisor.value_or(usual);
}

nn::Op activation_of(const Hints& hints, nn::Op usual) {
  return hints.activation.value_or(std::move(usual));
}

nn::Graph divided(const nn::Graph& graph, float divisor) {
  if (divisor == 1) return graph;
  std::vector<nn::Node> nodes(graph.nodes().begin(), graph.nodes().end());
  for (nn::Node& node : nodes) {
    for (int& input : node.inputs) ++input;  // of the old input it is the division's place
  }
  nodes.insert(nodes.begin() + 1, {"division", nn::Scale{1.0F / divisor}, {0}});
  return nn::Graph(std::move(nodes));
}

}  // namespace arcadecam::checkpoint
