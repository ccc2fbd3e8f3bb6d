#include "checkpoint/network_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::checkpoint {
namespace {

std::string expected(std::initializer_list<std::int64_t> shape) {
  std::vector<std::string> extents;
  for (const std::int64_t extent : shape) {
    extents.push_back(extent == StateTaker::kAny ? "n" : fmt::format("{}", extent));
  }
  return fmt::format("{}", fmt::join(extents, "×"));
}

bool fits(const Shape& shape, std::initializer_list<std::int64_t> wanted) {
  return std::equal(shape.begin(), shape.end(), wanted.begin(), wanted.end(),
                    [](std::int64_t have, std::int64_t want) {
                      return want == StateTaker::kAny ? have >= 1 : have == want;
                    });
}

}  // namespace

nn::Weights StateTaker::take(const std::string& name, std::initializer_list<std::int64_t> shape) {
  nn::Weights tensor = take_if_present(name, shape);
  if (tensor == nullptr) {
    throw bad_input("the tensor '{}' is missing from the state dict; expected one of shape {}",
                    name, expected(shape));
  }
  return tensor;
}

nn::Weights StateTaker::take_if_present(const std::string& name,
                                        std::initializer_list<std::int64_t> shape) {
  nn::Weights tensor = state_.find(name);
  if (tensor == nullptr) return nullptr;
  if (!fits(tensor->shape(), shape)) {
    throw bad_input("the tensor '{}' has shape {}; expected {}", name, to_string(tensor->shape()),
                    expected(shape));
  }
  taken_.insert(name);
  return tensor;
}

void StateTaker::finish() const {
  std::vector<std::string> left;
  for (const auto& tensor : state_.tensors) {
    if (taken_.contains(tensor.name)) continue;
    left.push_back(fmt::format("'{}' ({})", tensor.name, to_string(tensor.tensor->shape())));
  }
  if (left.empty()) return;
  const std::size_t more = left.size() > 3 ? left.size() - 3 : 0;
  left.resize(left.size() - more);
  throw bad_input("the state dict holds tensors that this network does not have: {}{}",
                  fmt::join(left, ", "), more == 0 ? "" : fmt::format(" and {} more", more));
}

int NodeList::add(std::string name, nn::Op op) {
  return add(std::move(name), std::move(op), {last()});
}

int NodeList::add(std::string name, nn::Op op, std::vector<int> inputs) {
  nodes_.push_back({std::move(name), std::move(op), std::move(inputs)});
  return last();
}

std::int64_t NodeList::conv(const std::string& name, std::int64_t channels, int kernel, int stride,
                            int padding) {
  nn::Weights weight = taker_.take(name + ".weight", {StateTaker::kAny, channels, kernel, kernel});
  const std::int64_t filters = weight->shape()[0];
  nn::Weights bias = taker_.take(name + ".bias", {filters});
  add(name, nn::Conv2d{std::move(weight), std::move(bias), stride, padding});
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

void NodeList::atari_input() {
  add("input", nn::Input{{4, 84, 84}}, {});
  add("scale", nn::Scale{1.0F / 255.0F});
}

std::int64_t NodeList::nature_features(const std::string& prefix) {
  atari_input();
  std::int64_t channels = conv(prefix + "0", 4, 8, 4);  // 84×84 → 20×20
  add(prefix + "1", nn::Relu{});
  channels = conv(prefix + "2", channels, 4, 2);  // → 9×9
  add(prefix + "3", nn::Relu{});
  channels = conv(prefix + "4", channels, 3, 1);  // → 7×7
  add(prefix + "5", nn::Relu{});
  add("flatten", nn::Flatten{});
  return channels * 7 * 7;
}

nn::Graph NodeList::finish() {
  taker_.finish();
  return nn::Graph(std::move(nodes_));
}

bool has_prefix(const StateDict& state, std::string_view prefix) {
  return std::any_of(state.tensors.begin(), state.tensors.end(),
                     [&](const auto& tensor) { return tensor.name.starts_with(prefix); });
}

}  // namespace arcadecam::checkpoint
