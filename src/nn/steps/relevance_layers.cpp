// Relevance through convolutions and linear layers, by the layers' own kernels on modified weights:
// where a contribution is part(x_i)·v(w_ij), the inputs receive part(x) ⊙ backward(R / forward(x)).
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "nn/merged_layer.h"
#include "nn/stabilised.h"
#include "nn/steps/plain_memory.h"
#include "nn/steps/rules.h"

namespace arcadecam::nn::steps {
namespace {

/// What of an input value takes part: itself, its part of one sign, its distance from a bound, 1.
enum class Part { kAll, kPositive, kNegative, kOffset, kOne };
enum class Side { kBoth, kPositive, kNegative };

float positive(float v) {
  return std::max(v, 0.0F);
}
float negative(float v) {
  return std::min(v, 0.0F);
}

template <typename F>
Weights mapped(const Weights& weights, F&& f) {
  if (!weights) return nullptr;
  auto result = std::make_shared<Tensor>(weights->shape());
  std::ranges::transform(weights->values(), result->data(), f);
  return result;
}

/// The site's layer with other weights, on memory of its own. Its input lies as the site's does.
class ModifiedLayer {
 public:
  ModifiedLayer(const StepSite& site, const Weights& weight, const Weights& bias)
      : graph_({{"input", Input{site.input_shape()}, {}},
                {"layer", with(site, weight, bias), {0}},
                {"flatten", Flatten{}, {1}}}),
        memory_(2) {
    const StepSite inner{site.context, graph_, site.batch, 1, memory_};
    input().allocate(site.input().desc());
    input().gradient_wanted = true;
    const Op& op = graph_.node(1).op;
    if (const auto* conv = std::get_if<Conv2d>(&op)) step_ = make_convolution(inner, *conv);
    if (const auto* linear = std::get_if<Linear>(&op)) step_ = make_linear(inner, *linear);
  }

  [[nodiscard]] NodeMemory& input() { return memory_[0]; }
  [[nodiscard]] NodeMemory& output() { return memory_[1]; }
  void forward() { step_->forward(); }
  void backward() {
    input().gradient_started = false;
    step_->backward();
  }

 private:
  static Op with(const StepSite& site, const Weights& weight, const Weights& bias) {
    const Op& op = site.graph.node(site.node).op;
    if (const auto* conv = std::get_if<Conv2d>(&op))
      return Conv2d{weight, bias, conv->stride, conv->padding};
    return Linear{weight, bias};
  }

  Graph graph_;
  std::vector<NodeMemory> memory_;
  std::unique_ptr<PlanStep> step_;
};

/// One kind of contributions: part(x_i) · a weight.
struct Term {
  Part part;
  std::unique_ptr<ModifiedLayer> layer;
  float offset = 0;
};

/// Contributions that share one sum; R goes to them `coefficient` times, at outputs of one side.
struct Share {
  float coefficient = 1;
  Side side = Side::kBoth;
  float epsilon = kStabiliser;
  bool known = false;  ///< the sum is the node's own output
  Weights bias;        ///< part of the sum, of every output value; null: the terms' layers hold it
  std::vector<Term> terms;
};

/// Writes a rule as shares.
class ShareBuilder {
 public:
  ShareBuilder(const StepSite& site, const MergedLayer& layer) : site_(site), layer_(layer) {}

  std::vector<Share> operator()(const rule::Epsilon& rule) const {
    std::vector<Share> shares(1);
    shares[0].epsilon = rule.epsilon;
    shares[0].known = rule.bias;
    add(shares[0], Part::kAll, layer_.weight, rule.bias ? layer_.bias : nullptr);
    return shares;
  }
  std::vector<Share> operator()(const rule::Gamma& rule) const {
    const auto up = [g = rule.gamma](float v) { return v + g * positive(v); };
    const auto down = [g = rule.gamma](float v) { return v + g * negative(v); };
    const Weights favouring = mapped(layer_.weight, up), against = mapped(layer_.weight, down);
    const Weights bias = rule.bias ? layer_.bias : nullptr;
    std::vector<Share> shares(2);
    shares[0].side = Side::kPositive;
    add(shares[0], Part::kPositive, favouring, mapped(bias, up));
    add(shares[0], Part::kNegative, against, nullptr);
    shares[1].side = Side::kNegative;
    add(shares[1], Part::kPositive, against, mapped(bias, down));
    add(shares[1], Part::kNegative, favouring, nullptr);
    return shares;
  }
  std::vector<Share> operator()(const rule::AlphaBeta& rule) const {
    const Weights above = mapped(layer_.weight, positive), below = mapped(layer_.weight, negative);
    const Weights bias = rule.bias ? layer_.bias : nullptr;
    std::vector<Share> shares(rule.beta == 0 ? 1 : 2);
    shares[0].coefficient = rule.alpha;
    add(shares[0], Part::kPositive, above, mapped(bias, positive));
    add(shares[0], Part::kNegative, below, nullptr);
    if (rule.beta == 0) return shares;
    shares[1].coefficient = -rule.beta;
    add(shares[1], Part::kPositive, below, mapped(bias, negative));
    add(shares[1], Part::kNegative, above, nullptr);
    return shares;
  }
  std::vector<Share> operator()(const rule::Flat&) const {
    std::vector<Share> shares(1);
    add(shares[0], Part::kOne, mapped(layer_.weight, [](float) { return 1.0F; }), nullptr);
    return shares;
  }
  std::vector<Share> operator()(const rule::WSquare&) const {
    std::vector<Share> shares(1);
    add(shares[0], Part::kOne, mapped(layer_.weight, [](float w) { return w * w; }), nullptr);
    return shares;
  }
  std::vector<Share> operator()(const rule::ZBox& rule) const {
    std::vector<Share> shares(1);
    add(shares[0], Part::kOffset, mapped(layer_.weight, positive), nullptr, rule.low);
    add(shares[0], Part::kOffset, mapped(layer_.weight, negative), nullptr, rule.high);
    return shares;
  }
  // Not of this kind.
  std::vector<Share> operator()(const rule::Argmax&) const { return {}; }
  std::vector<Share> operator()(const rule::Gradient&) const { return {}; }
  std::vector<Share> operator()(const rule::Guided&) const { return {}; }
  std::vector<Share> operator()(const rule::Deconvolution&) const { return {}; }
  std::vector<Share> operator()(const rule::Rescale&) const { return {}; }

 private:
  void add(Share& share, Part part, const Weights& weight, const Weights& of_layer,
           float offset = 0) const {
    // A convolution holds one bias per channel.
    Weights bias = of_layer;
    if (bias && bias->shape().rank() == 3) share.bias = std::exchange(bias, nullptr);
    share.terms.push_back({part, std::make_unique<ModifiedLayer>(site_, weight, bias), offset});
  }

  const StepSite& site_;
  const MergedLayer& layer_;
};

class LayerRelevance final : public RuleStep {
 public:
  LayerRelevance(const StepSite& site, const Rule& rule)
      : site_(site), layer_(merged_layer(site.graph, site.node)) {
    shares_ = std::visit(ShareBuilder(site, layer_), rule);
    // All layers of one geometry lie alike; R and z may lie otherwise at the node itself.
    const Desc& desc = shares_.front().terms.front().layer->output().desc();
    sum_.resize(static_cast<std::size_t>(desc.elements()));
    const int norm = merged_norm(site.graph, site.node);
    const NodeMemory& z = site.memory[static_cast<std::size_t>(norm < 0 ? site.node : norm)];
    relevance_ = as(desc, site.output().gradient);
    z_ = as(desc, z.activation);
    for (Share& share : shares_) biases_.push_back(repeated(share.bias, desc));
    if (layer_.input != site.input_node(0)) {
      // Normalised activations lie in C order, and so do flat ones.
      merged_input_.emplace(site.memory[static_cast<std::size_t>(layer_.input)].activation);
    }
  }

  void carry() override {
    NodeMemory& in = site_.input();
    float* gx = started_gradient(in);
    relevance_.fetch();
    const bool reads_z = shares_.front().side != Side::kBoth || shares_.front().known;
    if (reads_z) z_.fetch();
    x_ = merged_input_ ? merged_input_->fetch() : in.x();
    // After a ReLU nothing is negative.
    const bool any_negative = std::any_of(x_, x_ + in.elements(), [](float x) { return x < 0; });
    for (std::size_t s = 0; s < shares_.size(); ++s) {
      Share& share = shares_[s];
      bool first = true;
      for (Term& term : share.terms) {
        if (term.part == Part::kNegative && !any_negative) continue;
        take_part(term);
        if (share.known) {
          std::copy_n(z_.inner.data(), sum_.size(), sum_.data());
          continue;
        }
        term.layer->forward();
        const float* y = term.layer->output().x();
        for (std::size_t j = 0; j < sum_.size(); ++j) sum_[j] = first ? y[j] : sum_[j] + y[j];
        first = false;
      }
      if (!share.known && !biases_[s].empty())
        std::ranges::transform(sum_, biases_[s], sum_.begin(), std::plus<>());
      divide(share);
      for (Term& term : share.terms) {
        if (term.part == Part::kNegative && !any_negative) continue;
        std::ranges::copy(sum_, term.layer->output().g());
        term.layer->backward();
        const float *x = term.layer->input().x(), *c = term.layer->input().g();
        for (std::int64_t i = 0; i < in.elements(); ++i) gx[i] += share.coefficient * x[i] * c[i];
      }
    }
  }

 private:
  /// What the site has, in the layers' layout: itself, or a copy.
  struct Copy {
    Memory outer, inner;
    void fetch() const {
      if (outer.data() != inner.data()) bring(outer, false, inner);
    }
  };
  static Copy as(const Desc& desc, const Memory& outer) {
    return {outer, outer.desc() == desc ? outer : Memory(desc)};
  }

  /// The bias of every output value for all samples, in a layer's output layout; empty: none.
  [[nodiscard]] std::vector<float> repeated(const Weights& bias, const Desc& desc) const {
    if (!bias) return {};
    std::vector<float> values(sum_.size());
    for (std::int64_t n = 0; n < desc.batch; ++n) {
      from_plain(bias->data(), desc.shape, false, desc.layout,
                 values.data() + n * desc.sample_elements());
    }
    return values;
  }

  void take_part(Term& term) const {
    const float* from = x_;
    float* to = term.layer->input().x();
    const std::int64_t count = site_.input().elements();
    switch (term.part) {
      case Part::kAll:
        std::copy_n(from, count, to);
        break;
      case Part::kPositive:
        std::transform(from, from + count, to, positive);
        break;
      case Part::kNegative:
        std::transform(from, from + count, to, negative);
        break;
      case Part::kOffset:
        std::transform(from, from + count, to, [&](float x) { return x - term.offset; });
        break;
      case Part::kOne:
        std::fill_n(to, count, 1.0F);
        break;
    }
  }

  /// sum_ ← R / sum_ where the share's side is, 0 elsewhere.
  void divide(const Share& share) {
    const auto* relevance = relevance_.inner.data();
    const auto* z = z_.inner.data();
    for (std::size_t j = 0; j < sum_.size(); ++j) {
      const float sum = sum_[j] + (sum_[j] < 0 ? -share.epsilon : share.epsilon);
      sum_[j] = sum == 0 ? 0.0F : relevance[j] / sum;
    }
    if (share.side == Side::kBoth) return;
    const bool below = share.side == Side::kNegative;
    for (std::size_t j = 0; j < sum_.size(); ++j) {
      if ((z[j] < 0) != below) sum_[j] = 0;
    }
  }

  StepSite site_;
  MergedLayer layer_;
  std::vector<Share> shares_;
  std::vector<std::vector<float>> biases_;  ///< of each share
  std::vector<float> sum_;
  std::optional<PlainCopy> merged_input_;  ///< what lies before a normalisation in front
  const float* x_ = nullptr;               ///< of the pass that runs
  Copy relevance_, z_;
};

}  // namespace

std::unique_ptr<RuleStep> make_layer_relevance(const StepSite& site, const Rule& rule) {
  return std::make_unique<LayerRelevance>(site, rule);
}

}  // namespace arcadecam::nn::steps
