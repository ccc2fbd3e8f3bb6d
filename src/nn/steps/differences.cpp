#include "nn/steps/differences.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "nn/steps/pixel_convolution.h"

namespace arcadecam::nn::steps {
namespace {

/// The inputs of a layer that reads a picture in C order, pixel by pixel.
std::vector<std::int32_t> order_of_pixels(const Shape& picture) {
  std::vector<std::int32_t> order;
  const std::int64_t area = picture[1] * picture[2];
  for (std::int64_t i = 0; i < area; ++i) {
    for (std::int64_t c = 0; c < picture[0]; ++c)
      order.push_back(static_cast<std::int32_t>(c * area + i));
  }
  return order;
}

}  // namespace

Differences::Convolution::Convolution(const Conv2d& op, const Shape& input, const Shape& output,
                                      bool has_relu)
    : in(input),
      out(output),
      rectified(has_relu),
      weights(arranged_for_pixels(*op.weight)),
      bias(static_cast<std::size_t>(output[0])),
      zeros(static_cast<std::size_t>(output[0])),
      all(static_cast<std::size_t>(output[1] * output[2])),
      sums(static_cast<std::size_t>(output.count())),
      values(static_cast<std::size_t>(output.count())),
      differing(input[1] * input[2], input[0],
                (input[1] + 2 * op.padding) * (input[2] + 2 * op.padding)) {
  if (op.bias) std::ranges::copy(op.bias->values(), bias.begin());
  std::iota(all.begin(), all.end(), 0);
  const std::int64_t width = in[2] + 2 * op.padding;
  for (std::int64_t y = 0; y < op.weight->shape()[2]; ++y) {
    for (std::int64_t x = 0; x < op.weight->shape()[3]; ++x)
      taps.push_back(static_cast<std::int32_t>(y * width + x));
  }
  for (std::int64_t y = 0; y < out[1]; ++y) {
    for (std::int64_t x = 0; x < out[2]; ++x)
      starts.push_back(static_cast<std::int32_t>((y * width + x) * op.stride));
  }
  for (std::int64_t y = 0; y < in[1]; ++y) {
    for (std::int64_t x = 0; x < in[2]; ++x) {
      const auto place = static_cast<std::int32_t>((y + op.padding) * width + x + op.padding);
      places.push_back(place);
      windows_of.push_back(static_cast<std::int32_t>(windows.size()));
      for (const std::int32_t window : all) {
        for (const std::int32_t tap : taps) {
          if (starts[static_cast<std::size_t>(window)] + tap == place) windows.push_back(window);
        }
      }
    }
  }
  windows_of.push_back(static_cast<std::int32_t>(windows.size()));
}

std::unique_ptr<Differences> Differences::make(PlanContext& context, const Graph& graph) {
  std::unique_ptr<Differences> result(new Differences(context, graph));
  if (!result->find_layers()) return nullptr;
  return result;
}

bool Differences::find_layers() {
  covered_.assign(static_cast<std::size_t>(graph_.size()), false);
  int at = 0;
  const auto go = [&](int node) {
    covered_[static_cast<std::size_t>(at)] = true;
    at = node;
  };
  /// The only node that reads the one at hand, if it is this operation.
  const auto next = [&]<typename T>(const T*& op) {
    const auto readers = graph_.consumers(at);
    op = readers.size() == 1 ? std::get_if<T>(&graph_.node(readers.front()).op) : nullptr;
    if (op != nullptr) go(readers.front());
    return op != nullptr;
  };
  const Scale* scale = nullptr;
  if (next(scale)) factor_ = scale->factor;
  Shape input = graph_.shape(at);
  if (input.rank() != 3) return false;
  const Conv2d* conv = nullptr;
  while (next(conv)) {
    const Shape& output = graph_.shape(at);
    Conv2d op = *conv;
    if (convolutions_.empty() && worth_rearranging(op, input)) {
      side_ = op.stride;
      input = {input[0] * side_ * side_, input[1] / side_, input[2] / side_};
      op = {rearranged(*op.weight, side_), op.bias, 1, 0};
    }
    if (!PixelConvolution::fits(op, input)) return false;
    const Relu* relu = nullptr;
    const bool rectified = next(relu);
    convolutions_.emplace_back(op, input, output, rectified);
    input = output;
  }
  const Flatten* flatten = nullptr;
  if (convolutions_.empty() || !next(flatten)) return false;
  covered_[static_cast<std::size_t>(at)] = true;
  for (const int node : graph_.consumers(at)) {
    const auto* linear = std::get_if<Linear>(&graph_.node(node).op);
    if (linear == nullptr) return false;
    covered_[static_cast<std::size_t>(node)] = true;
    ends_.push_back({node, linear, {}, {}});
  }
  order_ = order_of_pixels(input);
  last_ = std::make_unique<SomePixels>(input[1] * input[2], input[0], input[1] * input[2]);
  return !ends_.empty();
}

bool Differences::serve(const Watch& watch) const {
  return watch.gradients.empty() && !watch.rules &&
         std::ranges::all_of(watch.activations, [&](int node) {
           return !covers(node) ||
                  std::ranges::find(ends_, node, &FullyConnected::node) != ends_.end();
         });
}

SparseProduct& Differences::product(FullyConnected& layer, std::int64_t batch) {
  return layer.products.try_emplace(batch, context_, batch, layer.op->weight, true, order_)
      .first->second;
}

void Differences::read(const float* picture, const float* less, const PixelBox& box) {
  constexpr std::int64_t kUsual = 4;  // known to the compiler, a run of it is one move
  const float factor = factor_;
  const auto scale = [=](std::int64_t from, float* to, std::int64_t length) {
    for (std::int64_t i = 0; i < length; ++i) to[i] = picture[from + i] * factor;
  };
  const auto subtract = [=](std::int64_t from, float* __restrict to, std::int64_t length) {
    for (std::int64_t i = 0; i < length; ++i)
      to[i] = picture[from + i] * factor - less[from + i] * factor;
  };
  if (less == nullptr) return read_squares(box, side_, scale);
  if (side_ == kUsual) return read_squares(box, kUsual, subtract);
  read_squares(box, side_, subtract);
}

template <typename F>
[[gnu::always_inline]] inline void Differences::read_squares(const PixelBox& box, std::int64_t side,
                                                             const F& write) {
  Convolution& first = convolutions_.front();
  SomePixels& pixels = first.differing;
  pixels.clear();
  const std::int64_t width = first.in[2], planes = first.in[0] / (side * side);
  const std::int64_t row = width * side, plane = first.in[1] * side * row;
  const std::int64_t bottom = box.top + box.height, right = box.left + box.width;
  for (std::int64_t y = box.top / side; y * side < bottom; ++y) {
    for (std::int64_t x = box.left / side; x * side < right; ++x) {
      float* to = pixels.next();
      for (std::int64_t c = 0; c < planes; ++c) {
        std::int64_t from = c * plane + y * side * row + x * side;
        for (std::int64_t dy = 0; dy < side; ++dy, from += row, to += side) write(from, to, side);
      }
      const std::int64_t pixel = y * width + x;
      pixels.add(static_cast<std::int32_t>(pixel), first.places[static_cast<std::size_t>(pixel)]);
    }
  }
}

void Differences::convolve(Convolution& layer, std::span<const std::int32_t> windows,
                           const float* begin) {
  const std::int64_t outputs = layer.out[0];
  sums_.clear();
  for (const std::int32_t window : windows)
    sums_.push_back({layer.starts[static_cast<std::size_t>(window)], std::ssize(sums_) * outputs});
  const auto size = static_cast<std::size_t>(std::ssize(windows) * outputs);
  if (results_.size() < size) results_.resize(size);
  pixel_kernels().add(
      layer.differing.active(),
      {layer.taps.data(), std::ssize(layer.taps), layer.weights.data(), outputs, begin},
      sums_.data(), std::ssize(sums_), results_.data());
}

void Differences::find_windows(const Convolution& layer) {
  is_reached_.assign(layer.starts.size(), 0);
  for (const SomePixels::Pixel& pixel : layer.differing.pixels()) {
    const auto at = static_cast<std::size_t>(pixel.index);
    for (std::int32_t i = layer.windows_of[at]; i < layer.windows_of[at + 1]; ++i)
      is_reached_[static_cast<std::size_t>(layer.windows[static_cast<std::size_t>(i)])] = 1;
  }
  reached_.clear();
  for (std::size_t window = 0; window < is_reached_.size(); ++window) {
    if (is_reached_[window] != 0) reached_.push_back(static_cast<std::int32_t>(window));
  }
}

void Differences::carry(bool is_reference) {
  for (std::size_t l = 0; l < convolutions_.size(); ++l) {
    Convolution& layer = convolutions_[l];
    const bool is_last = l + 1 == convolutions_.size();
    SomePixels& after = is_last ? *last_ : convolutions_[l + 1].differing;
    after.clear();
    if (is_reference) {
      reached_ = layer.all;
    } else {
      find_windows(layer);
    }
    if (reached_.empty()) continue;
    convolve(layer, reached_, is_reference ? layer.bias.data() : layer.zeros.data());
    const std::int64_t outputs = layer.out[0];
    const float* __restrict result = results_.data();
    for (const std::int32_t window : reached_) {
      float* __restrict sum = layer.sums.data() + window * outputs;
      float* __restrict value = layer.values.data() + window * outputs;
      float* __restrict difference = after.next();
      const float least = layer.rectified ? 0.0F : -std::numeric_limits<float>::infinity();
      if (is_reference) {
        std::copy_n(result, outputs, sum);
        for (std::int64_t o = 0; o < outputs; ++o) value[o] = std::max(sum[o], least);
        std::copy_n(value, outputs, difference);
      } else {
        for (std::int64_t o = 0; o < outputs; ++o)
          difference[o] = std::max(sum[o] + result[o], least) - value[o];
      }
      after.add(window,
                is_last ? window : convolutions_[l + 1].places[static_cast<std::size_t>(window)]);
      result += outputs;
    }
  }
  rows_.clear();
  const std::int64_t channels = convolutions_.back().out[0];
  for (std::int64_t i = 0; i < std::ssize(last_->pixels()); ++i) {
    const std::int64_t first = last_->pixels()[static_cast<std::size_t>(i)].index * channels;
    last_->for_each_value(i, [&](std::int64_t channel, float value) {
      rows_.push_back({static_cast<std::int32_t>(first + channel), value});
    });
  }
}

void Differences::look_at(TensorView reference) {
  if (reference_.shape() == reference.shape() &&
      std::ranges::equal(reference_.values(), reference.values()))
    return;
  reference_ = Tensor(reference.shape(), reference.values());
  const Shape& shape = reference.shape();
  read(reference.data(), nullptr, {0, 0, static_cast<int>(shape[2]), static_cast<int>(shape[1])});
  carry(true);
  // In the order that a pass which is not told adds them up.
  for (ActiveRow& at : rows_) at.row = order_[static_cast<std::size_t>(at.row)];
  std::ranges::sort(rows_, {}, &ActiveRow::row);
  for (FullyConnected& layer : ends_) {
    layer.values.assign(static_cast<std::size_t>(layer.op->weight->shape()[0]), 0.0F);
    if (layer.op->bias) std::ranges::copy(layer.op->bias->values(), layer.values.begin());
    SparseProduct product(context_, 1, layer.op->weight, true);
    product.take(0, rows_);
    product.add_taken(layer.values.data());
  }
}

void Differences::forward(const Observations& observations, const std::vector<bool>& needed,
                          std::vector<NodeMemory>& memory) {
  look_at(observations.reference);
  const auto& pictures = std::get<TensorView>(observations.values);
  const std::int64_t batch = pictures.shape()[0];
  const auto is_needed = [&](const FullyConnected& layer) {
    return needed[static_cast<std::size_t>(layer.node)];
  };
  for (std::int64_t n = 0; n < batch; ++n) {
    read(pictures[n].data(), reference_.data(), observations.boxes[static_cast<std::size_t>(n)]);
    carry(false);
    for (FullyConnected& layer : ends_) {
      if (!is_needed(layer)) continue;
      product(layer, batch).take(n, rows_);
      float* y = memory[static_cast<std::size_t>(layer.node)].x(n);
      std::ranges::copy(layer.values, y);
    }
  }
  for (FullyConnected& layer : ends_) {
    if (is_needed(layer))
      product(layer, batch).add_taken(memory[static_cast<std::size_t>(layer.node)].x());
  }
}

}  // namespace arcadecam::nn::steps
