// Relevance rules contribution by contribution, in plain loops.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/softmax.h"
#include "nn/merged_layer.h"
#include "nn/reference/reference_rules.h"
#include "nn/stabilised.h"

namespace arcadecam::nn {
namespace {

/// A convolution or linear layer, with what is merged into it, as a list of products.
template <typename T>
class Layer {
 public:
  explicit Layer(const ReferenceContext<T>& c) : c_(c), parts_(merged_layer(c.graph, c.node)) {}

  /// visit(output position, input position, weight) of every product.
  template <typename F>
  void for_each(F&& visit) const {
    const float* weights = parts_.weight->data();
    if (const auto* conv = std::get_if<Conv2d>(&c_.graph.node(c_.node).op)) {
      for_each_product(c_, *conv, [&](auto out, auto in, auto weight) {
        visit(out, in, static_cast<T>(weights[weight]));
      });
      return;
    }
    const std::int64_t inputs = c_.input_shape().count();
    for (std::int64_t out = 0; out < c_.shape().count(); ++out) {
      for (std::int64_t in = 0; in < inputs; ++in)
        visit(out, in, static_cast<T>(weights[out * inputs + in]));
    }
  }

  [[nodiscard]] T bias(std::int64_t out) const {
    if (!parts_.bias) return 0;
    return static_cast<T>(parts_.bias->data()[out / (c_.shape().count() / parts_.bias->size())]);
  }

  /// What it reads.
  [[nodiscard]] const T* x() const {
    return c_.activations[static_cast<std::size_t>(parts_.input)].data();
  }

  /// Each input gets `coefficient` times its share: contribution(x, w, z) over the sum of them and
  /// of bias_part(b, z), z the layer's output.
  template <typename F, typename B>
  void share(double coefficient, F&& contribution, B&& bias_part, double epsilon) const {
    std::vector<T> z = outputs(), sum(z.size());
    for (std::size_t out = 0; out < z.size(); ++out)
      sum[out] = bias_part(bias(static_cast<std::int64_t>(out)), z[out]);
    for_each([&](std::int64_t out, std::int64_t in, T w) {
      const auto o = static_cast<std::size_t>(out);
      sum[o] += contribution(x()[in], w, z[o]);
    });
    for_each([&](std::int64_t out, std::int64_t in, T w) {
      const auto o = static_cast<std::size_t>(out);
      const T whole = stabilised(sum[o], epsilon);
      if (whole == 0) return;
      c_.gx()[in] +=
          static_cast<T>(coefficient) * contribution(x()[in], w, z[o]) / whole * c_.gy()[out];
    });
  }

  [[nodiscard]] std::vector<T> outputs() const {
    std::vector<T> z(static_cast<std::size_t>(c_.shape().count()));
    for (std::size_t out = 0; out < z.size(); ++out) z[out] = bias(static_cast<std::int64_t>(out));
    for_each([&](std::int64_t out, std::int64_t in, T w) {
      z[static_cast<std::size_t>(out)] += w * x()[in];
    });
    return z;
  }

  const ReferenceContext<T>& c() const { return c_; }

 private:
  const ReferenceContext<T>& c_;
  MergedLayer parts_;
};

template <typename T>
struct CarryRelevance {
  const Layer<T>& layer;

  static T positive(T v) { return std::max(v, T{0}); }
  static T negative(T v) { return std::min(v, T{0}); }
  static T none(T, T) { return 0; }

  void operator()(const rule::Epsilon& rule) const {
    layer.share(
        1, [](T x, T w, T) { return x * w; }, [&](T b, T) { return rule.bias ? b : T{0}; },
        rule.epsilon);
  }
  void operator()(const rule::Gamma& rule) const {
    const auto favour = [&](T v, T z) {
      return v + static_cast<T>(rule.gamma) * (z < 0 ? negative(v) : positive(v));
    };
    layer.share(
        1, [&](T x, T w, T z) { return favour(x * w, z); },
        [&](T b, T z) { return rule.bias ? favour(b, z) : T{0}; }, kStabiliser);
  }
  void operator()(const rule::AlphaBeta& rule) const {
    layer.share(
        rule.alpha, [](T x, T w, T) { return positive(x * w); },
        [&](T b, T) { return rule.bias ? positive(b) : T{0}; }, kStabiliser);
    layer.share(
        -rule.beta, [](T x, T w, T) { return negative(x * w); },
        [&](T b, T) { return rule.bias ? negative(b) : T{0}; }, kStabiliser);
  }
  void operator()(const rule::Flat&) const {
    layer.share(
        1, [](T, T, T) { return T{1}; }, none, kStabiliser);
  }
  void operator()(const rule::WSquare&) const {
    layer.share(
        1, [](T, T w, T) { return w * w; }, none, kStabiliser);
  }
  void operator()(const rule::ZBox& rule) const {
    layer.share(
        1,
        [&](T x, T w, T) {
          return (x - static_cast<T>(rule.low)) * positive(w) +
                 (x - static_cast<T>(rule.high)) * negative(w);
        },
        none, kStabiliser);
  }
  void operator()(const rule::Argmax&) const {
    const auto outputs = static_cast<std::size_t>(layer.c().shape().count());
    std::vector<T> largest(outputs, -std::numeric_limits<T>::infinity());
    std::vector<std::int64_t> at(outputs);
    layer.for_each([&](std::int64_t out, std::int64_t in, T w) {
      const auto o = static_cast<std::size_t>(out);
      if (w * layer.x()[in] <= largest[o]) return;
      largest[o] = w * layer.x()[in];
      at[o] = in;
    });
    for (std::size_t o = 0; o < outputs; ++o) layer.c().gx()[at[o]] += layer.c().gy()[o];
  }
  // No relevance.
  void operator()(const rule::Gradient&) const {}
  void operator()(const rule::Guided&) const {}
  void operator()(const rule::Deconvolution&) const {}
  void operator()(const rule::Rescale&) const {}
};

template <typename T>
void pass_on(const ReferenceContext<T>& c) {
  for (std::int64_t i = 0; i < c.shape().count(); ++i) c.gx()[i] += c.gy()[i];
}

template <typename T>
void through_norm(const ReferenceContext<T>& c, const BatchNorm2d& op, bool bias) {
  if (!bias || is_merged(c.graph, c.node)) return pass_on(c);
  const std::int64_t area = c.shape()[1] * c.shape()[2];
  for (std::int64_t i = 0; i < c.shape().count(); ++i) {
    const T deviation =
        std::sqrt(static_cast<T>(op.variance->data()[i / area]) + static_cast<T>(op.epsilon));
    const T part = c.x()[i] * op.gamma->data()[i / area] / deviation;
    c.gx()[i] += part / stabilised(c.y()[i]) * c.gy()[i];
  }
}

/// A sum of two layers without their biases.
template <typename T>
void through_layers(const ReferenceContext<T>& c) {
  std::vector<T> parts[2];
  for (int k = 0; k < 2; ++k) {
    parts[k] = constant_part<T>(c.graph, c.input_node(k), [&](int node) {
      return c.activations[static_cast<std::size_t>(node)].data();
    });
    for (std::size_t i = 0; i < parts[k].size(); ++i) parts[k][i] = c.x(k)[i] - parts[k][i];
  }
  for (int k = 0; k < 2; ++k) {
    for (std::size_t i = 0; i < parts[k].size(); ++i)
      c.gx(k)[i] += parts[k][i] / stabilised(parts[0][i] + parts[1][i]) * c.gy()[i];
  }
}

template <typename T>
void through_sum(const ReferenceContext<T>& c, bool bias) {
  if (!bias && sums_layers(c.graph, c.node)) return through_layers(c);
  for (int k = 0; k < 2; ++k) {
    for (std::int64_t i = 0; i < c.shape().count(); ++i)
      c.gx(k)[i] += c.x(k)[i] / stabilised(c.y()[i]) * c.gy()[i];
  }
}

template <typename T>
void through_dueling(const ReferenceContext<T>& c) {
  const std::int64_t actions = c.shape().count();
  for (std::int64_t a = 0; a < actions; ++a) {
    const T share = c.gy()[a] / stabilised(c.y()[a]);
    c.gx(0)[0] += c.x(0)[0] * share;
    for (std::int64_t b = 0; b < actions; ++b) {
      const T weight = (a == b ? T{1} : T{0}) - T{1} / static_cast<T>(actions);
      c.gx(1)[b] += weight * c.x(1)[b] * share;
    }
  }
}

template <typename T>
void through_expectation(const ReferenceContext<T>& c, const ExpectedValue& op) {
  const std::int64_t atoms = op.support->size();
  std::vector<T> probabilities(static_cast<std::size_t>(atoms));
  for (std::int64_t a = 0; a < c.shape().count(); ++a) {
    const T* logits = c.x() + a * atoms;
    softmax(logits, probabilities.size(), probabilities.data());
    for (std::int64_t k = 0; k < atoms; ++k) {
      const T derivative =
          probabilities[static_cast<std::size_t>(k)] * (op.support->data()[k] - c.y()[a]);
      c.gx()[a * atoms + k] += logits[k] * derivative / stabilised(c.y()[a]) * c.gy()[a];
    }
  }
}

}  // namespace

template <typename T>
void carry_relevance(const ReferenceContext<T>& c, const Rule& rule, bool bias) {
  const Op& op = c.graph.node(c.node).op;
  if (std::holds_alternative<Input>(op) || std::holds_alternative<State>(op)) return;
  if (std::holds_alternative<Conv2d>(op) || std::holds_alternative<Linear>(op)) {
    std::visit(CarryRelevance<T>{Layer<T>(c)}, rule);
  } else if (const auto* norm = std::get_if<BatchNorm2d>(&op)) {
    through_norm(c, *norm, bias);
  } else if (std::holds_alternative<Add>(op)) {
    through_sum(c, bias);
  } else if (std::holds_alternative<Dueling>(op)) {
    through_dueling(c);
  } else if (const auto* value = std::get_if<ExpectedValue>(&op)) {
    through_expectation(c, *value);
  } else if (is_plain(op)) {
    plain_relevance(op, plain_sample(c), bias);
  } else {
    pass_on(c);
  }
}

template void carry_relevance(const ReferenceContext<float>&, const Rule&, bool);
template void carry_relevance(const ReferenceContext<double>&, const Rule&, bool);

}  // namespace arcadecam::nn
