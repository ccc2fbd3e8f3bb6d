#include "checkpoint/building/implicit_quantiles.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "arcadecam/core/error.h"

namespace arcadecam::checkpoint {

std::int64_t quantile_midpoints(std::int64_t features, std::int64_t hidden, std::int64_t actions) {
  constexpr std::int64_t kMostValues = std::int64_t{1} << 26;  // 256 MiB
  for (const std::int64_t count : {32, 16, 8}) {
    if (hidden <= kMostValues / count / (features + actions)) return count;
  }
  throw bad_input(
      "the layers behind the quantiles' embedding take {} values and give {} by {} hidden ones; "
      "expected at most {} weights, as they are needed for each of 8 quantiles",
      features, actions, hidden, kMostValues / 8);
}

Tensor midpoint_embeddings(const nn::Linear& embedding, std::int64_t count) {
  const std::int64_t features = embedding.weight->shape()[0],
                     cosines = embedding.weight->shape()[1];
  Tensor result(Shape{count, features});
  std::vector<double> wave(static_cast<std::size_t>(cosines));
  for (std::int64_t i = 0; i < count; ++i) {
    const double tau = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    for (std::int64_t j = 0; j < cosines; ++j) {
      wave[static_cast<std::size_t>(j)] =
          std::cos(std::numbers::pi * static_cast<double>(j + 1) * tau);
    }
    for (std::int64_t f = 0; f < features; ++f) {
      const float* row = embedding.weight->data() + f * cosines;
      double sum = embedding.bias->data()[f];
      for (std::int64_t j = 0; j < cosines; ++j) sum += wave[static_cast<std::size_t>(j)] * row[j];
      result.data()[i * features + f] = static_cast<float>(std::max(sum, 0.0));
    }
  }
  return result;
}

HeadStream mean_over_midpoints(const Tensor& embeddings, const HeadStream& stream) {
  const std::int64_t count = embeddings.shape()[0], features = embeddings.shape()[1];
  const std::int64_t width = stream.hidden.weight->shape()[0];
  const std::int64_t actions = stream.head.weight->shape()[0];
  auto weight = std::make_shared<Tensor>(Shape{count * width, features});
  auto bias = std::make_shared<Tensor>(Shape{count * width});
  auto head = std::make_shared<Tensor>(Shape{actions, count * width});
  for (std::int64_t i = 0; i < count; ++i) {
    const float* scale = embeddings.data() + i * features;
    for (std::int64_t row = 0; row < width; ++row) {
      const float* from = stream.hidden.weight->data() + row * features;
      float* to = weight->data() + (i * width + row) * features;
      for (std::int64_t f = 0; f < features; ++f) to[f] = from[f] * scale[f];
    }
    std::copy_n(stream.hidden.bias->data(), width, bias->data() + i * width);
    for (std::int64_t action = 0; action < actions; ++action) {
      const float* from = stream.head.weight->data() + action * width;
      float* to = head->data() + (action * count + i) * width;
      for (std::int64_t h = 0; h < width; ++h) to[h] = from[h] / static_cast<float>(count);
    }
  }
  return {{std::move(weight), std::move(bias)}, {std::move(head), stream.head.bias}};
}

}  // namespace arcadecam::checkpoint
