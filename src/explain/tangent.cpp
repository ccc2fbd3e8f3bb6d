#include "explain/tangent.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcadecam/core/error.h"

namespace arcadecam::explain {
namespace {

using Values = std::vector<float>;

/// Whether each node follows from `node` (that itself does).
std::vector<bool> following(const nn::Graph& graph, int node) {
  std::vector<bool> result(static_cast<std::size_t>(graph.size()));
  result[static_cast<std::size_t>(node)] = true;
  for (int next = node + 1; next < graph.size(); ++next) {
    for (const int input : graph.node(next).inputs) {
      if (result[static_cast<std::size_t>(input)]) result[static_cast<std::size_t>(next)] = true;
    }
  }
  return result;
}

/// The derivative of each operation, applied to a tangent `dx` of its input.
struct Derivative {
  const nn::Graph& graph;
  const nn::Tape& tape;
  std::int64_t sample;
  int node;
  const std::vector<Values>& tangents;
  Values& dy;

  [[nodiscard]] int input(std::size_t k = 0) const { return graph.node(node).inputs[k]; }
  [[nodiscard]] const Values& dx(std::size_t k = 0) const {
    return tangents[static_cast<std::size_t>(input(k))];
  }

  void operator()(const nn::Input&) const {}
  void operator()(const nn::Scale& op) const {
    std::ranges::transform(dx(), dy.begin(), [&](float d) { return d * op.factor; });
  }
  void operator()(const nn::Affine& op) const {
    for (std::size_t i = 0; i < dy.size(); ++i) dy[i] = dx()[i] * op.factor->data()[i];
  }
  void operator()(const nn::Flatten&) const { std::ranges::copy(dx(), dy.begin()); }
  void operator()(const nn::Relu&) const {
    const auto x = tape.activation(input())[sample].values();
    for (std::size_t i = 0; i < dy.size(); ++i) dy[i] = x[i] > 0 ? dx()[i] : 0.0F;
  }
  void operator()(const nn::Add&) const {
    for (std::size_t i = 0; i < dy.size(); ++i) dy[i] = dx(0)[i] + dx(1)[i];
  }
  void operator()(const nn::BatchNorm2d& op) const {
    const std::size_t area = dy.size() / static_cast<std::size_t>(op.gamma->size());
    for (std::size_t i = 0; i < dy.size(); ++i) {
      const std::size_t c = i / area;
      const double factor =
          op.gamma->data()[c] / std::sqrt(double{op.variance->data()[c]} + op.epsilon);
      dy[i] = dx()[i] * static_cast<float>(factor);
    }
  }
  void operator()(const nn::Linear& op) const {
    const auto inputs = static_cast<std::int64_t>(dx().size());
    const float* x = dx().data();
    for (std::size_t o = 0; o < dy.size(); ++o) {
      const float* row = op.weight->data() + static_cast<std::int64_t>(o) * inputs;
      float sum = 0;
#pragma omp simd reduction(+ : sum)
      for (std::int64_t i = 0; i < inputs; ++i) sum += row[i] * x[i];
      dy[o] = sum;
    }
  }
  void operator()(const nn::Conv2d& op) const {
    const Shape &in = graph.shape(input()), &out = graph.shape(node), &kernel = op.weight->shape();
    float* y = dy.data();
    for (std::int64_t o = 0; o < out[0]; ++o) {
      for (std::int64_t row = 0; row < out[1]; ++row) {
        for (std::int64_t column = 0; column < out[2]; ++column) {
          float sum = 0;
          for (std::int64_t c = 0; c < in[0]; ++c) {
            for (std::int64_t i = 0; i < kernel[2]; ++i) {
              const std::int64_t h = row * op.stride - op.padding + i;
              if (h < 0 || h >= in[1]) continue;
              for (std::int64_t j = 0; j < kernel[3]; ++j) {
                const std::int64_t w = column * op.stride - op.padding + j;
                if (w < 0 || w >= in[2]) continue;
                sum += op.weight->data()[((o * in[0] + c) * kernel[2] + i) * kernel[3] + j] *
                       dx()[static_cast<std::size_t>((c * in[1] + h) * in[2] + w)];
              }
            }
          }
          *y++ = sum;
        }
      }
    }
  }
  void operator()(const nn::Dueling&) const {
    const Values& advantage = dx(1);
    const float mean = std::accumulate(advantage.begin(), advantage.end(), 0.0F) /
                       static_cast<float>(advantage.size());
    for (std::size_t a = 0; a < dy.size(); ++a) dy[a] = dx(0)[0] + advantage[a] - mean;
  }
  template <typename Other>
  void operator()(const Other& op) const {
    throw bad_input("network node '{}': a {} where only piecewise linear layers were expected",
                    graph.node(node).name, nn::op_name(op));
  }
};

}  // namespace

bool has_tangent(const nn::Op& op) {
  return !(nn::is_curved(op) || std::holds_alternative<nn::Activation>(op) ||
           std::holds_alternative<nn::Pool2d>(op) || std::holds_alternative<nn::Concat>(op));
}

std::vector<int> tangent_needs(const nn::Graph& graph, int node) {
  const std::vector<bool> follows = following(graph, node);
  std::vector<int> result;
  for (int next = node + 1; next < graph.size(); ++next) {
    if (!follows[static_cast<std::size_t>(next)]) continue;
    if (std::holds_alternative<nn::Relu>(graph.node(next).op))
      result.push_back(graph.node(next).inputs.front());
  }
  return result;
}

std::vector<float> tangent(const nn::Graph& graph, const nn::Tape& tape, std::int64_t sample,
                           int from, std::span<const float> direction, int to) {
  const std::vector<bool> follows = following(graph, from);
  std::vector<Values> tangents(static_cast<std::size_t>(graph.size()));
  for (int node = 0; node <= to; ++node) {
    Values& dy = tangents[static_cast<std::size_t>(node)];
    dy.assign(static_cast<std::size_t>(graph.shape(node).count()), 0.0F);
    if (node == from) std::ranges::copy(direction, dy.begin());
    if (node <= from || !follows[static_cast<std::size_t>(node)]) continue;
    std::visit(Derivative{graph, tape, sample, node, tangents, dy}, graph.node(node).op);
  }
  return tangents[static_cast<std::size_t>(to)];
}

}  // namespace arcadecam::explain
