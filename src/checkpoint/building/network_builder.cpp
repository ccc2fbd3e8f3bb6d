#include "checkpoint/building/network_builder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "arcadecam/core/error.h"
#include "checkpoint/building/weight_algebra.h"
#include "nn/recurrent_cells.h"

namespace arcadecam::checkpoint {
namespace {

std::vector<PlainConvolution> nature_of(const std::array<std::string, 3>& names) {
  return {{names[0], 8, 4}, {names[1], 4, 2}, {names[2], 3, 1}};
}

}  // namespace

int NodeList::add(std::string name, nn::Op op) {
  return add(std::move(name), std::move(op), {tip_});
}

int NodeList::add(std::string name, nn::Op op, std::vector<int> inputs) {
  nodes_.push_back({std::move(name), std::move(op), std::move(inputs)});
  return tip_ = last();
}

void NodeList::critic(const std::string& name, std::int64_t inputs) {
  if (!taker_.has(name + ".weight")) return;
  const int features = tip_;
  linear(name, inputs, 1);
  last_is_value();
  continue_from(features);
}

void NodeList::last_is_value() {
  const auto* layer = std::get_if<nn::Linear>(&nodes_.back().op);
  if (layer != nullptr && layer->weight->shape()[0] != 1) {
    throw bad_input("the critic '{}' has {} outputs; expected 1", nodes_.back().name,
                    layer->weight->shape()[0]);
  }
  nodes_.back().is_value = true;
}

void NodeList::last_is_policy() {
  nodes_.back().is_policy = true;
}

std::int64_t NodeList::conv(const std::string& name, std::int64_t channels, int kernel, int stride,
                            int padding) {
  nn::Weights weight = taker_.take(name + ".weight", {StateTaker::kAny, channels, kernel, kernel});
  const std::int64_t filters = weight->shape()[0];
  nn::Weights bias = taker_.take(name + ".bias", {filters});
  add(name, nn::Conv2d{std::move(weight), std::move(bias), stride, padding});
  return filters;
}

std::int64_t NodeList::same_conv(const std::string& name, std::int64_t channels, int kernel,
                                 int stride, std::int64_t extent) {
  SameConvolution layer = same_convolution(
      taker_.take(name + ".weight", {StateTaker::kAny, channels, kernel, kernel}), stride, extent);
  const std::int64_t filters = layer.weight->shape()[0];
  nn::Weights bias = taker_.take(name + ".bias", {filters});
  add(name, nn::Conv2d{std::move(layer.weight), std::move(bias), stride, layer.padding});
  return filters;
}

std::int64_t NodeList::linear(const std::string& name, std::int64_t inputs, std::int64_t outputs) {
  nn::Weights weight = taker_.take(name + ".weight", {outputs, inputs});
  const std::int64_t width = weight->shape()[0];
  nn::Weights bias = taker_.take(name + ".bias", {width});
  add(name, nn::Linear{std::move(weight), std::move(bias)});
  return width;
}

void NodeList::batch_norm(const std::string& name, std::int64_t channels) {
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

void NodeList::layer_norm(const std::string& name, std::initializer_list<std::int64_t> shape) {
  nn::Weights gamma = taker_.take(name + ".weight", shape);
  add(name, nn::LayerNorm{std::move(gamma), taker_.take(name + ".bias", shape)});
}

std::int64_t NodeList::lstm(const std::string& name, std::int64_t inputs) {
  constexpr std::int64_t kGates = 4, kMostUnits = 65'536;
  const auto key = [&](const char* part, int layer) {
    return fmt::format("{}.{}_l{}", name, part, layer);
  };
  int layer = 0;
  do {
    nn::CellWeights cell{taker_.take(key("weight_ih", layer), {StateTaker::kAny, inputs}), nullptr,
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

void NodeList::linear(const std::string& name, nn::Linear layer) {
  add(name, std::move(layer));
}

std::int64_t NodeList::linears(const std::string& prefix, int first, std::int64_t inputs,
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

void NodeList::standardise(nn::Affine map, float limit) {
  standardised_ = std::move(map);
  limit_ = limit;
}

void NodeList::pixels(std::int64_t channels, float divisor, std::int64_t extent) {
  constexpr std::int64_t kMostChannels = 64;
  if (channels > kMostChannels) {
    throw bad_input("the first convolution takes {} planes; at most {} can be observed", channels,
                    kMostChannels);
  }
  add("input", nn::Input{{channels, extent, extent}}, {});
  if (divisor != 1) add("scale", nn::Scale{1.0F / divisor});
  if (standardised_) add("standardised", *standardised_);
  if (limit_ != 0) add("limited", nn::Activation{nn::Activation::Kind::kHardtanh, limit_});
  pixels_ = tip_;
}

std::int64_t NodeList::convolutions(const std::vector<PlainConvolution>& layers, float divisor) {
  const std::int64_t kernel = layers.front().kernel;
  const nn::Weights first = taker_.take(layers.front().name + ".weight",
                                        {StateTaker::kAny, StateTaker::kAny, kernel, kernel});
  const std::int64_t channels = first->shape()[1];
  pixels(channels, divisor);
  const std::int64_t features = convolution_layers(layers, channels);
  add("flatten", nn::Flatten{});
  return features;
}

std::int64_t NodeList::nature(const std::array<std::string, 3>& names, float divisor) {
  return convolutions(nature_of(names), divisor);
}

std::int64_t NodeList::nature_again(const std::array<std::string, 3>& convolutions,
                                    const std::string& name) {
  continue_from(pixels_);
  const std::int64_t features =
      convolution_layers(nature_of(convolutions), std::get<nn::Input>(nodes_.front().op).shape[0]);
  add(name + ".flatten", nn::Flatten{});
  return features;
}

std::int64_t NodeList::convolution_layers(const std::vector<PlainConvolution>& layers,
                                          std::int64_t channels) {
  std::int64_t extent = 84;
  for (const PlainConvolution& layer : layers) {
    channels = conv(layer.name, channels, layer.kernel, layer.stride, layer.padding);
    activation(layer.relu.empty() ? next_module(layer.name) : layer.relu);
    extent = (extent + 2 * layer.padding - layer.kernel) / layer.stride + 1;
  }
  return channels * extent * extent;
}

std::int64_t NodeList::nature_features(const std::string& prefix, float divisor) {
  pixels(4, divisor);
  std::int64_t channels = conv(prefix + "0", 4, 8, 4);  // 84×84 → 20×20
  activation(prefix + "1");
  channels = conv(prefix + "2", channels, 4, 2);  // → 9×9
  activation(prefix + "3");
  channels = conv(prefix + "4", channels, 3, 1);  // → 7×7
  activation(prefix + "5");
  add("flatten", nn::Flatten{});
  return channels * 7 * 7;
}

void NodeList::replace_last(
    const std::function<nn::Linear(const nn::Linear& layer, const std::string& name)>& change) {
  nn::Node& node = nodes_.back();
  node.op = change(std::get<nn::Linear>(node.op), node.name);
}

nn::Graph NodeList::finish() {
  taker_.finish();
  return nn::Graph(std::move(nodes_));
}

std::string next_module(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  int index = 0;
  const char* end = name.data() + name.size();
  const char* begin = dot == std::string::npos ? end : name.data() + dot + 1;
  const auto [stop, failure] = std::from_chars(begin, end, index);
  if (failure != std::errc{} || stop != end || index < 0 || index > 1000) return name + ".relu";
  return fmt::format("{}{}", name.substr(0, dot + 1), index + 1);
}

float divisor_of(const Hints& hints, float usual) {
  return hints.divisor.value_or(usual);
}

nn::Op activation_of(const Hints& hints, nn::Op usual) {
  return hints.activation.value_or(std::move(usual));
}

Assumptions pixels_and_relu(const StateDict& /*state*/, const Hints& /*hints*/) {
  return {"ReLU", "255"};
}

Assumptions pixels_alone(const StateDict& /*state*/, const Hints& /*hints*/) {
  return {{}, "255"};
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
