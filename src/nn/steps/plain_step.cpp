// The operations of plain_operations.h on samples in C order: inputs and gradients are reordered
// from and to the layouts that convolutions prefer.
#include "nn/plain_operations.h"
#include "nn/steps/plain_memory.h"
#include "nn/steps/rules.h"

namespace arcadecam::nn::steps {
namespace {

/// What both directions read and write.
class PlainSite {
 public:
  explicit PlainSite(const StepSite& site) : site_(site) {
    for (std::size_t k = 0; k < site.graph.node(site.node).inputs.size(); ++k) {
      x_.emplace_back(site.input(k).activation);
      gx_.emplace_back(site, k);
    }
    fetched_.resize(x_.size());
  }

  void forward() {
    fetch();
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      PlainSample<float> sample = sample_of(n);
      plain_forward(op(), sample);
    }
  }

  template <typename F>
  void carry(F&& one_sample) {
    fetch();
    std::vector<float*> starts;
    for (PlainGradient& gx : gx_) starts.push_back(gx.start());
    for (std::int64_t n = 0; n < site_.batch; ++n) {
      PlainSample<float> sample = sample_of(n);
      sample.gy = site_.output().g() + n * site_.shape().count();
      for (std::size_t k = 0; k < starts.size(); ++k)
        sample.gx.push_back(starts[k] + n * site_.input_shape(k).count());
      one_sample(op(), sample);
    }
    for (PlainGradient& gx : gx_) gx.add();
  }

 private:
  [[nodiscard]] const Op& op() const { return site_.graph.node(site_.node).op; }

  void fetch() {
    for (std::size_t k = 0; k < x_.size(); ++k) fetched_[k] = x_[k].fetch();
  }

  [[nodiscard]] PlainSample<float> sample_of(std::int64_t n) const {
    PlainSample<float> sample{
        site_.graph, site_.node, {}, site_.output().x() + n * site_.shape().count(), nullptr, {}};
    for (std::size_t k = 0; k < fetched_.size(); ++k)
      sample.x.push_back(fetched_[k] + n * site_.input_shape(k).count());
    return sample;
  }

  StepSite site_;
  std::vector<PlainCopy> x_;
  std::vector<PlainGradient> gx_;
  std::vector<const float*> fetched_;
};

/// The value lies in C order.
StepSite allocated(const StepSite& site) {
  site.allocate(Layout::kPlain);
  return site;
}

class PlainStep final : public PlanStep {
 public:
  explicit PlainStep(const StepSite& site) : plain_(allocated(site)) {}
  void forward() override { plain_.forward(); }
  void backward() override { plain_.carry(plain_backward<float>); }

 private:
  PlainSite plain_;
};

class PlainRelevanceStep final : public RuleStep {
 public:
  PlainRelevanceStep(const StepSite& site, bool bias) : plain_(site), bias_(bias) {}
  void carry() override {
    plain_.carry([&](const Op& op, const PlainSample<float>& sample) {
      plain_relevance(op, sample, bias_);
    });
  }

 private:
  PlainSite plain_;
  bool bias_;
};

class PlainRescaleStep final : public RuleStep {
 public:
  PlainRescaleStep(const StepSite& site, const Tensor& baseline)
      : plain_(site), baseline_(baseline) {}

  void carry() override {
    plain_.carry([&](const Op& op, const PlainSample<float>& sample) {
      if (const auto* pool = std::get_if<Pool2d>(&op))
        return plain_rescale(*pool, baseline_.data(), sample);
      plain_rescale(std::get<Activation>(op), baseline_.data(), sample);
    });
  }

 private:
  PlainSite plain_;
  Tensor baseline_;
};

class GateRescaleStep final : public RuleStep {
 public:
  GateRescaleStep(const StepSite& site, const Baseline& baseline)
      : plain_(site),
        gate_(baseline[static_cast<std::size_t>(site.input_node(0))]),
        signal_(baseline[static_cast<std::size_t>(site.input_node(1))]) {}

  void carry() override {
    plain_.carry([&](const Op& op, const PlainSample<float>& sample) {
      plain_rescale(std::get<Gate>(op), gate_.data(), signal_.data(), sample);
    });
  }

 private:
  PlainSite plain_;
  Tensor gate_, signal_;
};

}  // namespace

std::unique_ptr<RuleStep> make_gate_rescale(const StepSite& site, const Baseline& baseline) {
  return std::make_unique<GateRescaleStep>(site, baseline);
}

std::unique_ptr<RuleStep> make_plain_rescale(const StepSite& site, const Tensor& baseline) {
  return std::make_unique<PlainRescaleStep>(site, baseline);
}

std::unique_ptr<PlanStep> make_plain(const StepSite& site) {
  return std::make_unique<PlainStep>(site);
}

std::unique_ptr<RuleStep> make_plain_relevance(const StepSite& site, bool bias) {
  return std::make_unique<PlainRelevanceStep>(site, bias);
}

}  // namespace arcadecam::nn::steps
