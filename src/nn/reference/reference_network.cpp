#include "nn/reference/reference_network.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcadecam/core/error.h"
#include "core/softmax.h"
#include "nn/plain_operations.h"
#include "nn/reference/reference_context.h"
#include "nn/reference/reference_rules.h"

namespace arcadecam::nn {
namespace {

template <typename T>
struct Forward {
  const ReferenceContext<T>& c;

  void operator()(const Input&) const {}
  void operator()(const State&) const {}
  void operator()(const Scale& op) const {
    map([&](T x) { return x * static_cast<T>(op.factor); });
  }
  void operator()(const Relu&) const {
    map([](T x) { return x > 0 ? x : T{0}; });
  }
  void operator()(const Flatten&) const {
    map([](T x) { return x; });
  }
  void operator()(const Conv2d& op) const {
    const std::int64_t area = c.shape()[1] * c.shape()[2];
    for (std::int64_t i = 0; i < c.shape().count(); ++i)
      c.y()[i] = op.bias ? op.bias->data()[i / area] : 0;
    const float* weights = op.weight->data();
    for_each_product(c, op, [x = c.x(), y = c.y(), weights](auto out, auto in, auto weight) {
      y[out] += static_cast<T>(weights[weight]) * x[in];
    });
  }
  void operator()(const BatchNorm2d& op) const {
    const std::int64_t area = c.shape()[1] * c.shape()[2];
    for (std::int64_t i = 0; i < c.shape().count(); ++i) {
      const std::int64_t k = i / area;
      const T deviation =
          std::sqrt(static_cast<T>(op.variance->data()[k]) + static_cast<T>(op.epsilon));
      c.y()[i] =
          (c.x()[i] - op.mean->data()[k]) / deviation * op.gamma->data()[k] + op.beta->data()[k];
    }
  }
  void operator()(const Linear& op) const {
    const std::int64_t inputs = c.input_shape().count();
    const T* x = c.x();
    for (std::int64_t o = 0; o < c.shape().count(); ++o) {
      const float* row = op.weight->data() + o * inputs;
      T sum = op.bias ? op.bias->data()[o] : 0;
      for (std::int64_t i = 0; i < inputs; ++i) sum += static_cast<T>(row[i]) * x[i];
      c.y()[o] = sum;
    }
  }
  void operator()(const Add&) const {
    for (std::int64_t i = 0; i < c.shape().count(); ++i) c.y()[i] = c.x(0)[i] + c.x(1)[i];
  }
  void operator()(const ExpectedValue& op) const {
    const std::int64_t atoms = op.support->size();
    std::vector<T> weights(static_cast<std::size_t>(atoms));
    for (std::int64_t a = 0; a < c.shape().count(); ++a) {
      const T total = exponentials(c.x() + a * atoms, weights.size(), weights.data());
      T value = 0;
      for (std::int64_t k = 0; k < atoms; ++k)
        value += weights[static_cast<std::size_t>(k)] * op.support->data()[k];
      c.y()[a] = value / total;
    }
  }
  void operator()(const Dueling&) const {
    T mean = 0;
    for (std::int64_t a = 0; a < c.shape().count(); ++a) mean += c.x(1)[a];
    mean /= static_cast<T>(c.shape().count());
    for (std::int64_t a = 0; a < c.shape().count(); ++a) c.y()[a] = c.x(0)[0] + c.x(1)[a] - mean;
  }

  template <PlainOperation Operation>
  void operator()(const Operation& op) const {
    plain_forward(op, plain_sample(c));
  }

  template <typename F>
  void map(F&& f) const {
    std::transform(c.x(), c.x() + c.shape().count(), c.y(), f);
  }
};

/// Adds the node's gradient, carried through the operation, to its inputs' gradients.
template <typename T>
struct Backward {
  const ReferenceContext<T>& c;

  void operator()(const Input&) const {}
  void operator()(const State&) const {}
  void operator()(const Scale& op) const {
    add([&](std::int64_t i) { return c.gy()[i] * static_cast<T>(op.factor); });
  }
  void operator()(const Relu&) const {
    add([&](std::int64_t i) { return c.x()[i] > 0 ? c.gy()[i] : T{0}; });
  }
  void operator()(const Flatten&) const {
    add([&](std::int64_t i) { return c.gy()[i]; });
  }
  void operator()(const Conv2d& op) const {
    const float* weights = op.weight->data();
    for_each_product(c, op, [gx = c.gx(), gy = c.gy(), weights](auto out, auto in, auto weight) {
      gx[in] += static_cast<T>(weights[weight]) * gy[out];
    });
  }
  void operator()(const BatchNorm2d& op) const {
    const std::int64_t area = c.shape()[1] * c.shape()[2];
    add([&](std::int64_t i) {
      const std::int64_t k = i / area;
      return c.gy()[i] * op.gamma->data()[k] /
             std::sqrt(static_cast<T>(op.variance->data()[k]) + static_cast<T>(op.epsilon));
    });
  }
  void operator()(const Linear& op) const {
    const std::int64_t inputs = c.input_shape().count();
    T* gx = c.gx();
    for (std::int64_t o = 0; o < c.shape().count(); ++o) {
      const float* row = op.weight->data() + o * inputs;
      const T g = c.gy()[o];
      for (std::int64_t i = 0; i < inputs; ++i) gx[i] += static_cast<T>(row[i]) * g;
    }
  }
  void operator()(const Add&) const {
    for (int k = 0; k < 2; ++k) {
      for (std::int64_t i = 0; i < c.shape().count(); ++i) c.gx(k)[i] += c.gy()[i];
    }
  }
  void operator()(const ExpectedValue& op) const {
    // dQ/d logit_k = p_k (z_k − Q).
    const std::int64_t atoms = op.support->size();
    std::vector<T> probabilities(static_cast<std::size_t>(atoms));
    for (std::int64_t a = 0; a < c.shape().count(); ++a) {
      softmax(c.x() + a * atoms, probabilities.size(), probabilities.data());
      for (std::int64_t k = 0; k < atoms; ++k) {
        const T probability = probabilities[static_cast<std::size_t>(k)];
        c.gx()[a * atoms + k] += c.gy()[a] * probability * (op.support->data()[k] - c.y()[a]);
      }
    }
  }
  void operator()(const Dueling&) const {
    T sum = 0;
    const std::int64_t actions = c.shape().count();
    for (std::int64_t a = 0; a < actions; ++a) sum += c.gy()[a];
    c.gx(0)[0] += sum;
    for (std::int64_t a = 0; a < actions; ++a)
      c.gx(1)[a] += c.gy()[a] - sum / static_cast<T>(actions);
  }

  template <PlainOperation Operation>
  void operator()(const Operation& op) const {
    plain_backward(op, plain_sample(c));
  }

  template <typename F>
  void add(F&& f) const {
    for (std::int64_t i = 0; i < c.shape().count(); ++i) c.gx()[i] += f(i);
  }
};

}  // namespace

template <typename T>
ReferenceNetwork<T>::ReferenceNetwork(std::shared_ptr<const Graph> graph)
    : graph_(std::move(graph)) {
  for (int i = 0; i < graph_->size(); ++i) {
    activations_.emplace_back(static_cast<std::size_t>(graph_->shape(i).count()));
  }
  gradients_ = activations_;
}

template <typename T>
void ReferenceNetwork<T>::forward(std::span<const T> input) {
  if (input.size() != activations_[0].size()) {
    throw bad_input("the network takes {} values, found {}", activations_[0].size(), input.size());
  }
  set_activation(0, input);
  std::vector<int> all(static_cast<std::size_t>(graph_->size()));
  std::iota(all.begin(), all.end(), 0);
  compute(all);
}

template <typename T>
void ReferenceNetwork<T>::set_activation(int node, std::span<const T> values) {
  std::copy(values.begin(), values.end(), activations_[at(node)].begin());
}

template <typename T>
void ReferenceNetwork<T>::compute(std::span<const int> nodes) {
  for (const int node : nodes) {
    const ReferenceContext<T> context{*graph_, node, activations_, gradients_};
    std::visit(Forward<T>{context}, graph_->node(node).op);
  }
}

template <typename T>
void ReferenceNetwork<T>::backward(std::span<const T> output_gradient, int node,
                                   std::span<const T> inner_gradient, const RuleMap& rules) {
  for (auto& gradient : gradients_) std::fill(gradient.begin(), gradient.end(), T{0});
  std::copy(output_gradient.begin(), output_gradient.end(), gradients_.back().begin());
  if (node >= 0)
    std::copy(inner_gradient.begin(), inner_gradient.end(), gradients_[at(node)].begin());
  if (rules.relevance()) {
    // A pass of relevance starts with the parts of the target, z·∂target/∂z.
    const auto weigh = [&](std::size_t entry) {
      for (std::size_t i = 0; i < gradients_[entry].size(); ++i)
        gradients_[entry][i] *= activations_[entry][i];
    };
    weigh(gradients_.size() - 1);
    if (node >= 0) weigh(at(node));
  }
  for (int i = graph_->output(); i >= 0; --i) {
    const ReferenceContext<T> context{*graph_, i, activations_, gradients_};
    if (!carried_by_rule(context, rules)) std::visit(Backward<T>{context}, graph_->node(i).op);
  }
}

template class ReferenceNetwork<float>;
template class ReferenceNetwork<double>;

}  // namespace arcadecam::nn
