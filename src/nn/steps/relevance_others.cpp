// Relevance where no convolution helps: plain C order, plain loops.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/softmax.h"
#include "nn/merged_layer.h"
#include "nn/plain_operations.h"
#include "nn/stabilised.h"
#include "nn/steps/plain_memory.h"
#include "nn/steps/rules.h"

namespace arcadecam::nn::steps {
namespace {

float share_of(float part, float whole) {
  return part / stabilised(whole);
}

/// The input with the largest product takes everything.
class ArgmaxRelevance final : public RuleStep {
 public:
  explicit ArgmaxRelevance(const StepSite& site)
      : site_(site),
        layer_(merged_layer(site.graph, site.node)),
        x_(site.memory[static_cast<std::size_t>(layer_.input)].activation),
        relevance_(site.output().gradient),
        gx_(site, 0) {
    if (const auto* conv = std::get_if<Conv2d>(&site.graph.node(site.node).op)) {
      stride_ = conv->stride;
      padding_ = conv->padding;
    }
  }

  void carry() override {
    const float *x = x_.fetch(), *relevance = relevance_.fetch();
    float* gx = gx_.start();
    const Shape in = as_image(site_.input_shape()), out = as_image(site_.shape());
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      for (std::int64_t j = 0; j < out.count(); ++j) {
        const float r = relevance[n * out.count() + j];
        if (r != 0) gx[n * in.count() + largest(x + n * in.count(), in, out, j)] += r;
      }
    }
    gx_.add();
  }

 private:
  /// A flat layer is a convolution of one position.
  static Shape as_image(const Shape& shape) {
    return shape.rank() == 3 ? shape : Shape{shape[0], 1, 1};
  }

  [[nodiscard]] std::int64_t largest(const float* x, const Shape& in, const Shape& out,
                                     std::int64_t j) const {
    const Shape& weight = layer_.weight->shape();
    const std::int64_t height = weight.rank() == 4 ? weight[2] : 1;
    const std::int64_t width = weight.rank() == 4 ? weight[3] : 1;
    const std::int64_t area = out[1] * out[2];
    const std::int64_t top = j % area / out[2] * stride_ - padding_;
    const std::int64_t left = j % out[2] * stride_ - padding_;
    const std::int64_t first = std::max<std::int64_t>(0, -left);
    const std::int64_t last = std::min(width, in[2] - left);
    const float* w = layer_.weight->data() + j / area * weight.inner().count();
    float best = -std::numeric_limits<float>::infinity();
    std::int64_t at = 0;
    for (std::int64_t c = 0; c < in[0]; ++c) {
      for (std::int64_t i = 0; i < height; ++i, w += width) {
        if (top + i < 0 || top + i >= in[1]) continue;
        const std::int64_t row = (c * in[1] + top + i) * in[2] + left;
        for (std::int64_t k = first; k < last; ++k) {
          const float product = w[k] * x[row + k];
          if (product <= best) continue;
          best = product;
          at = row + k;
        }
      }
    }
    return at;
  }

  StepSite site_;
  MergedLayer layer_;
  std::int64_t stride_ = 1, padding_ = 0;
  PlainCopy x_, relevance_;
  PlainGradient gx_;
};

/// Scale and ReLU keep the layout: R passes.
class PassOn final : public RuleStep {
 public:
  explicit PassOn(const StepSite& site) : site_(site) {}
  void carry() override {
    NodeMemory& in = site_.input();
    float* gx = started_gradient(in);
    for (std::int64_t i = 0; i < in.elements(); ++i) gx[i] += site_.output().g()[i];
  }

 private:
  StepSite site_;
};

/// Normalisation, sum and heads: each reads its inputs, output and R in C order.
class PlainRelevance final : public RuleStep {
 public:
  PlainRelevance(const StepSite& site, bool bias)
      : site_(site), bias_(bias), z_(site.output().activation), relevance_(site.output().gradient) {
    for (std::size_t k = 0; k < site.graph.node(site.node).inputs.size(); ++k) {
      x_.emplace_back(site.input(k).activation);
      gx_.emplace_back(site, k);
    }
  }

  void carry() override {
    z_values_ = z_.fetch();
    r_ = relevance_.fetch();
    for (PlainCopy& x : x_) x_values_.push_back(x.fetch());
    for (PlainGradient& gx : gx_) gx_values_.push_back(gx.start());
    const Op& op = site_.graph.node(site_.node).op;
    if (const auto* norm = std::get_if<BatchNorm2d>(&op)) {
      through_norm(*norm);
    } else if (!bias_ && sums_layers(site_.graph, site_.node)) {
      through_layers();
    } else if (std::holds_alternative<Add>(op)) {
      through_sum();
    } else if (std::holds_alternative<Dueling>(op)) {
      through_dueling();
    } else if (const auto* value = std::get_if<ExpectedValue>(&op)) {
      through_expectation(*value);
    }
    for (PlainGradient& gx : gx_) gx.add();
    x_values_.clear();
    gx_values_.clear();
  }

 private:
  void through_norm(const BatchNorm2d& op) const {
    const bool passes = !bias_ || is_merged(site_.graph, site_.node);
    const std::int64_t area = site_.shape()[1] * site_.shape()[2], channels = site_.shape()[0];
    for (std::int64_t i = 0; i < site_.batch * channels * area; ++i) {
      const std::int64_t c = i / area % channels;
      const float factor = op.gamma->data()[c] / std::sqrt(op.variance->data()[c] + op.epsilon);
      gx_values_[0][i] = passes ? r_[i] : share_of(x_values_[0][i] * factor, z_values_[i]) * r_[i];
    }
  }

  void through_sum() const {
    for (std::size_t k = 0; k < 2; ++k) {
      for (std::int64_t i = 0; i < site_.batch * site_.shape().count(); ++i)
        gx_values_[k][i] = share_of(x_values_[k][i], z_values_[i]) * r_[i];
    }
  }

  /// A sum of two layers without their biases.
  void through_layers() const {
    const std::int64_t count = site_.shape().count();
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      std::vector<float> parts[2];
      for (std::size_t k = 0; k < 2; ++k) {
        parts[k] =
            constant_part<float>(site_.graph, site_.input_node(k), [&](int node) -> const float* {
              // Flat nodes lie in plain order.
              return site_.memory[static_cast<std::size_t>(node)].x() +
                     n * site_.graph.shape(node).count();
            });
        for (std::int64_t i = 0; i < count; ++i) {
          float& part = parts[k][static_cast<std::size_t>(i)];
          part = x_values_[k][n * count + i] - part;
        }
      }
      for (std::size_t k = 0; k < 2; ++k) {
        for (std::int64_t i = 0; i < count; ++i) {
          const auto at = static_cast<std::size_t>(i);
          gx_values_[k][n * count + i] =
              share_of(parts[k][at], parts[0][at] + parts[1][at]) * r_[n * count + i];
        }
      }
    }
  }

  void through_dueling() const {
    const std::int64_t actions = site_.shape().count();
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      float total = 0;
      for (std::int64_t a = 0; a < actions; ++a)
        total += share_of(r_[n * actions + a], z_values_[n * actions + a]);
      gx_values_[0][n] = x_values_[0][n] * total;
      for (std::int64_t a = 0; a < actions; ++a) {
        const float own = share_of(r_[n * actions + a], z_values_[n * actions + a]);
        gx_values_[1][n * actions + a] =
            x_values_[1][n * actions + a] * (own - total / static_cast<float>(actions));
      }
    }
  }

  void through_expectation(const ExpectedValue& op) const {
    const std::int64_t atoms = op.support->size();
    std::vector<float> probabilities(static_cast<std::size_t>(atoms));
    for (std::int64_t i = 0; i < site_.batch * site_.shape().count(); ++i) {
      const float* logits = x_values_[0] + i * atoms;
      softmax(logits, probabilities.size(), probabilities.data());
      for (std::int64_t k = 0; k < atoms; ++k) {
        const float derivative =
            probabilities[static_cast<std::size_t>(k)] * (op.support->data()[k] - z_values_[i]);
        gx_values_[0][i * atoms + k] = logits[k] * derivative * share_of(r_[i], z_values_[i]);
      }
    }
  }

  StepSite site_;
  bool bias_;
  PlainCopy z_, relevance_;
  std::vector<PlainCopy> x_;
  std::vector<PlainGradient> gx_;
  // What belongs to the pass that runs.
  const float *z_values_ = nullptr, *r_ = nullptr;
  std::vector<const float*> x_values_;
  std::vector<float*> gx_values_;
};

}  // namespace

std::unique_ptr<RuleStep> make_argmax_relevance(const StepSite& site) {
  return std::make_unique<ArgmaxRelevance>(site);
}

std::unique_ptr<RuleStep> make_other_relevance(const StepSite& site, bool bias) {
  const Op& op = site.graph.node(site.node).op;
  if (is_plain(op)) return make_plain_relevance(site, bias);
  if (std::holds_alternative<Flatten>(op)) return nullptr;  // its backward step passes R on
  if (std::holds_alternative<Scale>(op) || std::holds_alternative<Relu>(op))
    return std::make_unique<PassOn>(site);
  return std::make_unique<PlainRelevance>(site, bias);
}

}  // namespace arcadecam::nn::steps
